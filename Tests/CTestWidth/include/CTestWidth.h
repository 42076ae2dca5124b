// Bounds how many tests run at once, however the tests are started; see CTestWidth.c.

#ifndef CTESTWIDTH_H
#define CTESTWIDTH_H

// The number of test cases that may run at once: two for each core, unless the environment says another.
int ctestwidth_limit(void);

#endif
