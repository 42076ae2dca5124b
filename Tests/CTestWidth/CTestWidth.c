#include "CTestWidth.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Swift Testing starts all tests at once unless this variable says otherwise. More than a thousand tests with engines,
// databases and servers of their own would take each other's processor time and memory. A test waits for its turn
// before its own time limit begins.
static const char *const variable = "SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH";

int ctestwidth_limit(void) {
  const char *const given = getenv(variable);
  return given == NULL ? 0 : atoi(given);
}

// Runs before `main`, and so before Swift Testing reads the variable. A value that is there already is kept.
__attribute__((constructor)) static void set_limit(void) {
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  char text[24];
  snprintf(text, sizeof text, "%ld", 2 * (cores < 1 ? 1 : cores));
  setenv(variable, text, 0);
}
