// Systems without Landlock and filters of system calls: limits are all there is.
#ifndef __linux__
#include "CConfinement.h"

#include <errno.h>
#include <libproc.h>
#include <sys/resource.h>
#include <unistd.h>

int adyton_enter_worker(pid_t parent) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  return getppid() == parent ? 0 : ESRCH;
}

int adyton_confine(const adyton_paths *readable, const adyton_paths *writable) {
  (void)readable, (void)writable;
  return 0;
}

int adyton_keep_limits(void) { return 0; }

uint64_t adyton_private_bytes(pid_t process) {
  struct rusage_info_v2 info;
  if (proc_pid_rusage(process, RUSAGE_INFO_V2, (rusage_info_t *)&info)) return 0;
  return info.ri_phys_footprint;
}

size_t adyton_thread_count(void) { return 0; }
#endif
