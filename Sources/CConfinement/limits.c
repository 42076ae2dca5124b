// Limits of resources, which every system has.
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int limit(int resource, uint64_t value) {
  if (!value) return 0;
  struct rlimit present;
  if (getrlimit(resource, &present)) return errno;
  // A limit that was stricter before stays.
  if (present.rlim_max != RLIM_INFINITY && (rlim_t)value > present.rlim_max) value = present.rlim_max;
  struct rlimit wanted = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};
  return setrlimit(resource, &wanted) ? errno : 0;
}

int adyton_limit(const adyton_limits *limits) {
  // A file that reaches its limit is an error of the write, as a full disk is.
  signal(SIGXFSZ, SIG_IGN);
  int failure = 0;
#ifdef __linux__
  // Also what was asked for and never touched counts here, which can be many times what is held.
  failure = limit(RLIMIT_DATA, limits->memory_bytes);
#endif
  if (!failure) failure = limit(RLIMIT_CPU, limits->cpu_seconds);
  if (!failure) failure = limit(RLIMIT_FSIZE, limits->file_bytes);
  if (!failure) failure = limit(RLIMIT_NOFILE, limits->descriptors);
  return failure ? failure : adyton_keep_limits();
}

static bool is_out_of_memory(uint64_t bytes) {
  void *probe = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) return errno == ENOMEM;
  munmap(probe, (size_t)bytes);
  return false;
}

void adyton_leave_signals_to_parent(void) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
}

// The worker was ended by what it could not do for want of memory, or by something else: its parent wants to know.
static void tell_apart(int number) {
  if (is_out_of_memory(ADYTON_MEMORY_PROBE_BYTES)) _exit(ADYTON_OUT_OF_MEMORY_EXIT);
  signal(number, SIG_DFL);
  raise(number);
}

void adyton_report_memory(void) {
  const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
  struct sigaction action = {.sa_handler = tell_apart, .sa_flags = SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (size_t index = 0; index < sizeof fatal / sizeof fatal[0]; index++) sigaction(fatal[index], &action, NULL);
}

int adyton_try_socket(int family) {
  int made = socket(family, SOCK_STREAM, 0);
  if (made < 0) return errno;
  close(made);
  return 0;
}

int adyton_try_reading(const char *path) {
  int opened = open(path, O_RDONLY | O_CLOEXEC);
  if (opened < 0) return errno;
  close(opened);
  return 0;
}

int adyton_try_making(const char *path) {
  int opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (opened < 0) return errno;
  close(opened);
  unlink(path);
  return 0;
}

int adyton_try_program(const char *path) {
  char *const arguments[] = {(char *)path, NULL};
  char *const environment[] = {NULL};
  pid_t process;
  int failure = posix_spawn(&process, path, NULL, NULL, arguments, environment);
  if (failure) return failure;
  int status;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return 0;
}

int adyton_try_signal(pid_t process) { return kill(process, 0) ? errno : 0; }
