// The walls of a worker on Linux: Landlock for files, a filter of system calls for everything else.
#ifdef __linux__
#define _GNU_SOURCE
#include "CConfinement.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// MARK: Landlock, in our own words, as system headers are older than kernels

#define LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_ADD_RULE 445
#define LANDLOCK_RESTRICT_SELF 446

struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

struct __attribute__((packed)) path_rule {
  uint64_t allowed;
  int32_t parent;
};

enum {
  READ_FILE = 1 << 2,
  WRITE_FILE = 1 << 1,
  READ_FOLDER = 1 << 3,
  REMOVE_FOLDER = 1 << 4,
  REMOVE_FILE = 1 << 5,
  MAKE_FOLDER = 1 << 7,
  MAKE_FILE = 1 << 8,
  RENAME_BETWEEN_FOLDERS = 1 << 13,
  TRUNCATE = 1 << 14,
};

static int landlock_version(void) {
  long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, 1);
  return version > 0 ? (int)version : 0;
}

// All kinds of access to files that a version knows.
static uint64_t all_access(int version) {
  if (version >= 5) return (1ULL << 16) - 1;
  if (version >= 3) return (1ULL << 15) - 1;
  if (version == 2) return (1ULL << 14) - 1;
  return (1ULL << 13) - 1;
}

// What libraries ask for at any time: random numbers, and facts about the machine. The engine aborts where it is not
// allowed to read its control group.
static const char *const facts[] = {
    "/dev/null", "/dev/urandom", "/dev/random", "/proc/self/cgroup", "/proc/sys/vm/overcommit_memory", "/sys/fs/cgroup",
    "/sys/devices/system/cpu", "/etc/localtime", "/usr/share/zoneinfo",
};

// Allows that access below an opened path.
static int allow_opened(int rules, int opened, uint64_t access) {
  struct stat found;
  if (fstat(opened, &found)) memset(&found, 0, sizeof found);
  // Reading a folder is reading the list of its files as well; a file has no more than its own rights.
  access = S_ISDIR(found.st_mode) ? access | READ_FOLDER : access & (READ_FILE | WRITE_FILE | TRUNCATE);
  struct path_rule rule = {.allowed = access, .parent = opened};
  return syscall(LANDLOCK_ADD_RULE, rules, 1, &rule, 0) ? errno : 0;
}

// Allows that access below a path. What is not there needs no rule.
static int allow(int rules, const char *path, uint64_t access) {
  int opened = open(path, O_PATH | O_CLOEXEC);
  if (opened < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : errno;
  int failure = allow_opened(rules, opened, access);
  close(opened);
  return failure;
}

// Lets the process look at its own threads, as Dispatch does, which aborts where it may not. The folder stays open: the
// kernel would forget that it is the same one.
static int allow_own_threads(int rules) {
  int opened = open("/proc/self/task", O_PATH | O_CLOEXEC);
  return opened < 0 ? 0 : allow_opened(rules, opened, READ_FILE);
}

// Allows that access below each of some paths.
static int allow_all(int rules, const adyton_paths *paths, uint64_t access) {
  int failure = 0;
  for (size_t index = 0; !failure && index < paths->count; index++) failure = allow(rules, paths->paths[index], access);
  return failure;
}

int adyton_confine(const adyton_paths *readable, const adyton_paths *writable) {
  int version = landlock_version();
  if (!version) return 0;
  uint64_t all = all_access(version);
  // The later parts are the network's ports and, since version 6, other processes' sockets and signals.
  struct ruleset wanted = {.files = all, .network = 3, .scopes = 3};
  size_t size = version >= 6 ? sizeof wanted : version >= 4 ? 16 : 8;
  long rules = syscall(LANDLOCK_CREATE_RULESET, &wanted, size, 0);
  if (rules < 0) return errno;
  int failure = allow_all((int)rules, readable, READ_FILE);
  uint64_t inside = all & (READ_FILE | WRITE_FILE | READ_FOLDER | REMOVE_FOLDER | REMOVE_FILE | MAKE_FOLDER | MAKE_FILE |
                           RENAME_BETWEEN_FOLDERS | TRUNCATE);
  if (!failure) failure = allow_all((int)rules, writable, inside);
  for (size_t index = 0; !failure && index < sizeof facts / sizeof facts[0]; index++)
    failure = allow((int)rules, facts[index], READ_FILE);
  if (!failure) failure = allow_own_threads((int)rules);
  if (!failure && syscall(LANDLOCK_RESTRICT_SELF, (int)rules, 0)) failure = errno;
  close((int)rules);
  return failure;
}

// MARK: The filter of system calls

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

// Calls that a worker has no use for. Each is refused with EPERM.
static const uint32_t refused[] = {
    // Sockets. A worker has none, so that these two are all ways to one, but for io_uring.
    SYS_socket, SYS_socketpair, SYS_io_uring_setup,
    // Programs.
    SYS_execve, SYS_execveat,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal,
    SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_kcmp,
#ifdef SYS_process_madvise
    SYS_process_madvise,
#endif
    SYS_setpgid, SYS_setsid, SYS_setpriority, SYS_ioprio_set,
    // Files by other ways than their path, and other views of the file system.
    SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare,
    SYS_setns, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_move_mount, SYS_open_tree,
#ifdef SYS_mount_setattr
    SYS_mount_setattr,
#endif
    SYS_mknodat, SYS_symlinkat, SYS_linkat, SYS_fchmodat, SYS_fchmod, SYS_fchownat, SYS_fchown,
#ifdef SYS_mknod
    SYS_mknod, SYS_symlink, SYS_link, SYS_chmod, SYS_chown, SYS_lchown,
#endif
    // The kernel.
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl,
    SYS_personality, SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime,
    SYS_adjtimex, SYS_vhangup, SYS_syslog, SYS_lookup_dcookie, SYS_fanotify_init, SYS_shmget, SYS_shmat, SYS_msgget,
    SYS_semget, SYS_mq_open,
    // Other users.
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_capset,
};

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
// The lower half of an argument, which is all there is of the arguments asked for here.
#define LOAD_ARGUMENT(number) LOAD(args[number])
#define LOAD_UPPER_HALF(number) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[number]) + 4)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define JUMP_IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define JUMP_IF_SET(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no)
#define JUMP_IF_AT_LEAST(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, yes, no)
#define REFUSE RETURN(SECCOMP_RET_ERRNO | EPERM)

#define CLONE_NEW_THREAD 0x00010000

// Adds a filter for all threads.
static int install(struct sock_filter *program, unsigned short size) {
  struct sock_fprog filter = {.len = size, .filter = program};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) ? errno : 0;
}

static int filter_calls(void) {
  enum { list = sizeof refused / sizeof refused[0] };
  struct sock_filter program[2 * list + 32];
  unsigned short size = 0;
#define ADD(...) program[size++] = (struct sock_filter)__VA_ARGS__
  ADD(LOAD(arch));
  ADD(JUMP_IF_EQUAL(ARCHITECTURE, 1, 0));
  ADD(RETURN(SECCOMP_RET_KILL_PROCESS));
  ADD(LOAD(nr));
#if defined(__x86_64__)
  // The same calls by the numbers of another ABI.
  ADD(JUMP_IF_AT_LEAST(0x40000000, 0, 1));
  ADD(REFUSE);
#endif
  // Threads may be started, processes not. Their flags are behind a pointer in clone3, so that the C library is made to
  // take clone.
  ADD(JUMP_IF_EQUAL(SYS_clone3, 0, 1));
  ADD(RETURN(SECCOMP_RET_ERRNO | ENOSYS));
  ADD(JUMP_IF_EQUAL(SYS_clone, 0, 4));
  ADD(LOAD_ARGUMENT(0));
  ADD(JUMP_IF_SET(CLONE_NEW_THREAD, 1, 0));
  ADD(REFUSE);
  ADD(RETURN(SECCOMP_RET_ALLOW));
  // abort() sends a signal to its own process.
  ADD(JUMP_IF_EQUAL(SYS_tgkill, 0, 4));
  ADD(LOAD_ARGUMENT(0));
  ADD(JUMP_IF_EQUAL((uint32_t)getpid(), 1, 0));
  ADD(REFUSE);
  ADD(RETURN(SECCOMP_RET_ALLOW));
  for (size_t index = 0; index < list; index++) {
    ADD(JUMP_IF_EQUAL(refused[index], 0, 1));
    ADD(REFUSE);
  }
  ADD(RETURN(SECCOMP_RET_ALLOW));
#undef ADD
  return install(program, size);
}

int adyton_keep_limits(void) {
  struct sock_filter program[] = {
      LOAD(nr),
#ifdef SYS_setrlimit
      JUMP_IF_EQUAL(SYS_setrlimit, 0, 1),
      REFUSE,
#endif
      // Of this call, looking at the own limits is left.
      JUMP_IF_EQUAL(SYS_prlimit64, 0, 8),
      LOAD_ARGUMENT(0),
      JUMP_IF_EQUAL(0, 0, 5),
      LOAD_ARGUMENT(2),
      JUMP_IF_EQUAL(0, 0, 3),
      LOAD_UPPER_HALF(2),
      JUMP_IF_EQUAL(0, 0, 1),
      RETURN(SECCOMP_RET_ALLOW),
      REFUSE,
      RETURN(SECCOMP_RET_ALLOW),
  };
  return install(program, sizeof program / sizeof program[0]);
}

#else
static int filter_calls(void) { return ENOSYS; }
int adyton_keep_limits(void) { return 0; }
#endif

// MARK: Entering

// Where the machine's memory runs out, a worker goes before the server. A failure to say so is none.
static void offer_to_memory_killer(void) {
  int opened = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (opened < 0) return;
  ssize_t written = write(opened, "500", 3);
  (void)written;
  close(opened);
}

static void close_from(unsigned first) {
  if (!syscall(SYS_close_range, first, ~0U, 0)) return;
  long last = sysconf(_SC_OPEN_MAX);
  for (long number = first; number < last; number++) close((int)number);
}

int adyton_enter_worker(pid_t parent) {
  close_from(3);
  offer_to_memory_killer();
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before that.
  if (getppid() != parent) return ESRCH;
  if (prctl(PR_SET_DUMPABLE, 0)) return errno;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
  // What a system does not have is found by `adyton_try_…`, and is no failure here.
  filter_calls();
  return 0;
}

uint64_t adyton_private_bytes(pid_t process) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/statm", (int)process);
  int opened = open(path, O_RDONLY | O_CLOEXEC);
  if (opened < 0) return 0;
  char text[128];
  ssize_t count = read(opened, text, sizeof text - 1);
  close(opened);
  if (count <= 0) return 0;
  text[count] = 0;
  unsigned long size, resident, shared;
  if (sscanf(text, "%lu %lu %lu", &size, &resident, &shared) != 3 || resident < shared) return 0;
  return (uint64_t)(resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}

size_t adyton_thread_count(void) {
  DIR *folder = opendir("/proc/self/task");
  if (!folder) return 0;
  size_t count = 0;
  for (struct dirent *entry; (entry = readdir(folder));)
    if (entry->d_name[0] != '.') count++;
  closedir(folder);
  return count;
}
#endif
