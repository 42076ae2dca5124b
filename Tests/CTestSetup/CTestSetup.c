#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "CTestSetup.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Swift Testing starts all tests at once unless this variable says otherwise. More than a thousand tests with engines,
// databases and servers of their own would take each other's processor time and memory. A test waits for its turn
// before its own time limit begins.
static const char *const width_variable = "SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH";

// Swift Testing walks the stack for each error that is thrown, also for those that are caught, which is an eighth of
// the processor time of these tests. It prints nothing of it.
static const char *const backtrace_variable = "SWT_SWIFT_ERROR_BACKTRACING_ENABLED";

int ctestsetup_width(void) {
  const char *const given = getenv(width_variable);
  return given == NULL ? 0 : atoi(given);
}

// Runs before `main`, and so before Swift Testing reads the variables. Values that are there already are kept.
__attribute__((constructor)) static void set_up(void) {
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  char text[24];
  snprintf(text, sizeof text, "%ld", 2 * (cores < 1 ? 1 : cores));
  setenv(width_variable, text, 0);
  setenv(backtrace_variable, "0", 0);
}

#ifdef __linux__
#include <sys/resource.h>

int ctestsetup_limit_file_size(int process, long long byte_count) {
  const rlim_t limit = byte_count < 0 ? RLIM_INFINITY : (rlim_t)byte_count;
  const struct rlimit limits = {.rlim_cur = limit, .rlim_max = RLIM_INFINITY};
  return prlimit(process, RLIMIT_FSIZE, &limits, NULL);
}
#endif
