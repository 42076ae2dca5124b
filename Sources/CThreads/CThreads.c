#define _GNU_SOURCE
#include "CThreads.h"

#include <pthread.h>

// The lowest address of each thread's stack: asking the system for it costs more than compiling a short query.
static _Thread_local char *lowest_address;

static char *find_lowest_address(void) {
#if defined(__linux__)
  pthread_attr_t attributes;
  void *lowest = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return NULL;
  if (pthread_attr_getstack(&attributes, &lowest, &size) != 0) lowest = NULL;
  pthread_attr_destroy(&attributes);
  return lowest;
#elif defined(__APPLE__)
  return (char *)pthread_get_stackaddr_np(pthread_self()) - pthread_get_stacksize_np(pthread_self());
#else
  return NULL;
#endif
}

size_t adyton_stack_bytes_left(void) {
  char here;
  if (lowest_address == NULL) lowest_address = find_lowest_address();
  if (lowest_address == NULL || &here < lowest_address) return 0;
  return (size_t)(&here - lowest_address);
}
