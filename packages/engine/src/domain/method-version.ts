/**
 * The version of the method behind the scores. Scores of different versions cannot be compared: what rests on scores (averages,
 * histories, samples) begins anew with a new version.
 */
export const METHOD_VERSION = 2;
