// Settings of Swift Testing for every run of the tests, however it is started; see CTestSetup.c.

#ifndef CTESTSETUP_H
#define CTESTSETUP_H

// The number of test cases that may run at once: two for each core, unless the environment says another.
int ctestsetup_width(void);

#ifdef __linux__
// Lets no file of another process grow beyond so many bytes, as on a full disk; any number where there are fewer than 0.
// Returns 0 where that was done.
int ctestsetup_limit_file_size(int process, long long byte_count);
#endif

#endif
