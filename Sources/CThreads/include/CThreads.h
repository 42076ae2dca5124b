#ifndef ADYTON_CTHREADS_H
#define ADYTON_CTHREADS_H

#include <stddef.h>

/// Bytes of the calling thread's stack that are not used yet; 0 where the system does not tell.
size_t adyton_stack_bytes_left(void);

#endif
