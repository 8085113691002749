# Opens a listening socket on 127.0.0.1 and starts programs that are handed it as descriptor 3, as systemd does: for each line of
# input "NAME=VALUE ... -- PROGRAM ARGUMENT ..." one, separated by tabs. Prints the port first, then each process's id.
use strict;
use warnings;
use POSIX qw(dup2);
use Socket;

$| = 1;
# Perl closes descriptors above this one in the programs that it starts.
$^F = 3;
socket(my $listening, PF_INET, SOCK_STREAM, 0) or die $!;
setsockopt($listening, SOL_SOCKET, SO_REUSEADDR, 1) or die $!;
bind($listening, sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
listen($listening, 511) or die $!;
my ($port) = sockaddr_in(getsockname($listening));
dup2(fileno($listening), 3) or die $! if fileno($listening) != 3;
$SIG{CHLD} = 'IGNORE';
print "$port\n";
while (my $line = <STDIN>) {
  chomp $line;
  my ($variables, $command) = map { [split /\t/] } split /\t--\t/, $line, 2;
  my $pid = fork();
  if ($pid == 0) {
    %ENV = (map { split /=/, $_, 2 } @$variables);
    @ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
    open(STDIN, '<', '/dev/null');
    exec(@$command) or die $!;
  }
  print "$pid\n";
}
