// Settings of Swift Testing for every run of the tests, however it is started; see CTestSetup.c.

#ifndef CTESTSETUP_H
#define CTESTSETUP_H

// The number of test cases that may run at once: two for each core, unless the environment says another.
int ctestsetup_width(void);

#endif
