/*
 * Preloaded into worker and server (LD_PRELOAD): file calls below one folder hang, take long, or fail, as the test tells it through
 * a file that both map. It also counts what any disk refused because it is full or read-only.
 *
 * PULSEBOARD_SHIM_CONTROL  the mapped file: struct control
 * PULSEBOARD_SHIM_FOLDER   absolute path of the folder; only absolute paths below it are met, and what was opened by one
 * PULSEBOARD_SHIM_LOG      absolute path of the log's folder; only writes to a standard output or error below it are met
 *
 * libuv asks for `stat` and closes by syscall(), therefore that is here as well. A call that hangs sleeps in short steps: SIGKILL ends it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NONE = 0, HANG = 1, SLOW = 2, UNSYNCABLE = 3, BROKEN = 4, READ_ONLY = 5 };

struct control {
  _Atomic int mode;
  _Atomic int slow_ms;
  _Atomic long met;
  _Atomic long refused_inside;
  _Atomic long refused_outside;
  _Atomic int log_mode;
  _Atomic long log_met;
};

enum { OUTSIDE = 0, INSIDE = 1, INSIDE_FOLDER = 2, LOG = 3, MAX_FD = 65536 };

static struct control *control;
static const char *folder;
static size_t folder_length;
static _Atomic char places[MAX_FD];

/* Standard output and error are opened by whoever starts the process. */
static void find_log(const char *log) {
  char path[4096];
  for (int fd = 1; log != NULL && fd <= 2; fd++) {
    ssize_t length = readlink(fd == 1 ? "/proc/self/fd/1" : "/proc/self/fd/2", path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    if (strncmp(path, log, strlen(log)) == 0 && path[strlen(log)] == '/') {
      places[fd] = LOG;
    }
  }
}

__attribute__((constructor)) static void map_control(void) {
  const char *path = getenv("PULSEBOARD_SHIM_CONTROL");
  folder = getenv("PULSEBOARD_SHIM_FOLDER");
  if (path == NULL || folder == NULL) {
    return;
  }
  folder_length = strlen(folder);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    return;
  }
  void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  control = mapped == MAP_FAILED ? NULL : mapped;
  if (control != NULL) {
    find_log(getenv("PULSEBOARD_SHIM_LOG"));
  }
}

static int is_inside(const char *path) {
  return control != NULL && path != NULL && strncmp(path, folder, folder_length) == 0 &&
         (path[folder_length] == '/' || path[folder_length] == '\0');
}

static int place_of(int fd) {
  return fd >= 0 && fd < MAX_FD ? places[fd] : OUTSIDE;
}

static void sleep_ms(int ms) {
  struct timespec wait = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&wait, NULL);
}

/* Every call below the folder comes through here before it is done. */
static void meet(void) {
  if (control->mode == HANG) {
    control->met++;
    while (control->mode == HANG) {
      sleep_ms(5);
    }
  } else if (control->mode == SLOW) {
    control->met++;
    sleep_ms(control->slow_ms);
  }
}

static void meet_path(const char *path) {
  if (is_inside(path)) {
    meet();
  }
}

/* Whether it is below the folder, not in the log. */
static int is_data(int fd) {
  return place_of(fd) == INSIDE || place_of(fd) == INSIDE_FOLDER;
}

static void meet_fd(int fd) {
  if (is_data(fd)) {
    meet();
  }
}

/* 0 if the log's disk refuses the write. */
static int meet_write(int fd) {
  if (place_of(fd) != LOG) {
    meet_fd(fd);
    return 1;
  }
  if (control->log_mode == NONE) {
    return 1;
  }
  control->log_met++;
  if (control->log_mode == SLOW) {
    sleep_ms(control->slow_ms);
  }
  while (control->log_mode == HANG) {
    sleep_ms(5);
  }
  if (control->log_mode == READ_ONLY) {
    errno = EROFS;
    return 0;
  }
  return 1;
}

static long counted(long result, int inside) {
  if (result == -1 && control != NULL && (errno == ENOSPC || errno == EROFS || errno == EDQUOT)) {
    if (inside) {
      control->refused_inside++;
    } else {
      control->refused_outside++;
    }
  }
  return result;
}

static int opened(const char *path, int fd) {
  if (fd >= 0 && fd < MAX_FD && is_inside(path)) {
    struct stat found;
    places[fd] = fstat(fd, &found) == 0 && S_ISDIR(found.st_mode) ? INSIDE_FOLDER : INSIDE;
  }
  return (int)counted(fd, is_inside(path));
}

/* The function of the same name that comes after this one. */
#define NEXT(type, name, ...)                         \
  static type (*next)(__VA_ARGS__);                   \
  if (next == NULL) {                                 \
    next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name); \
  }

#define ON_OPEN(name)                                          \
  int name(const char *path, int flags, ...) {                 \
    NEXT(int, name, const char *, int, ...)                    \
    va_list rest;                                              \
    va_start(rest, flags);                                     \
    mode_t mode = va_arg(rest, mode_t);                        \
    va_end(rest);                                              \
    meet_path(path);                                           \
    return opened(path, next(path, flags, mode));              \
  }
ON_OPEN(open)
ON_OPEN(open64)

#define ON_PATH(type, name, parameters, arguments, path, ...) \
  type name parameters {                                      \
    NEXT(type, name, __VA_ARGS__)                             \
    meet_path(path);                                          \
    return (type)counted((long)next arguments, is_inside(path)); \
  }
ON_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode), path, const char *, mode_t)
ON_PATH(int, rmdir, (const char *path), (path), path, const char *)
ON_PATH(int, unlink, (const char *path), (path), path, const char *)
ON_PATH(int, rename, (const char *from, const char *to), (from, to), to, const char *, const char *)
ON_PATH(int, link, (const char *from, const char *to), (from, to), to, const char *, const char *)
ON_PATH(int, access, (const char *path, int mode), (path, mode), path, const char *, int)
ON_PATH(int, chmod, (const char *path, mode_t mode), (path, mode), path, const char *, mode_t)
ON_PATH(DIR *, opendir, (const char *path), (path), path, const char *)

int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  NEXT(int, scandir64, const char *, struct dirent64 ***, int (*)(const struct dirent64 *),
       int (*)(const struct dirent64 **, const struct dirent64 **))
  meet_path(path);
  return next(path, names, filter, compare);
}

#define ON_FD(type, name, parameters, arguments, ...) \
  type name parameters {                              \
    NEXT(type, name, __VA_ARGS__)                     \
    meet_fd(fd);                                      \
    return (type)counted((long)next arguments, is_data(fd)); \
  }
#define ON_WRITE(type, name, parameters, arguments, ...) \
  type name parameters {                              \
    NEXT(type, name, __VA_ARGS__)                     \
    if (!meet_write(fd)) {                            \
      return -1;                                      \
    }                                                 \
    return (type)counted((long)next arguments, is_data(fd)); \
  }
ON_FD(ssize_t, read, (int fd, void *data, size_t size), (fd, data, size), int, void *, size_t)
ON_FD(ssize_t, pread64, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at), int, void *, size_t, off64_t)
ON_FD(ssize_t, readv, (int fd, const struct iovec *parts, int count), (fd, parts, count), int, const struct iovec *, int)
ON_WRITE(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), int, const void *, size_t)
ON_WRITE(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), int, const void *, size_t, off64_t)
ON_WRITE(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), int, const struct iovec *, int)
ON_WRITE(ssize_t, pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at), int, const struct iovec *, int, off64_t)
ON_FD(int, ftruncate64, (int fd, off64_t size), (fd, size), int, off64_t)

static int fails_to_sync(int place) {
  int mode = control->mode;
  if (mode != BROKEN && !(mode == UNSYNCABLE && place == INSIDE_FOLDER)) {
    return 0;
  }
  control->met++;
  errno = mode == BROKEN ? EIO : EINVAL;
  return 1;
}

#define ON_SYNC(name)                                                       \
  int name(int fd) {                                                        \
    NEXT(int, name, int)                                                    \
    meet_fd(fd);                                                            \
    if (is_data(fd) && fails_to_sync(place_of(fd))) {           \
      return -1;                                                            \
    }                                                                       \
    return next(fd);                                                        \
  }
ON_SYNC(fsync)
ON_SYNC(fdatasync)

static void forget(int fd) {
  if (fd >= 0 && fd < MAX_FD) {
    places[fd] = OUTSIDE;
  }
}

/* Does not hang: Node closes some files on its main thread, and no disk of this kind is waited for there. */
int close(int fd) {
  NEXT(int, close, int)
  forget(fd);
  return next(fd);
}

long syscall(long number, ...) {
  NEXT(long, syscall, long, ...)
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_statx) {
    meet_path((const char *)b);
    meet_fd((int)a);
  } else if (number == SYS_close) {
    /* libuv closes in this way; a socket gets the number next. */
    forget((int)a);
  }
  return next(number, a, b, c, d, e, f);
}
