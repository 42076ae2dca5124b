// A program that makes copies of itself once it has warmed up, for its parent.
#ifdef __linux__
#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { INPUT, OUTPUT, ENDS };

// How long the parent waits for a copy, in seconds. It takes some milliseconds; this only ends a hang.
#define LONGEST_WAIT 60

// The part of a message that carries the descriptors.
typedef union {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(ENDS * sizeof(int))];
} carrier;

int adyton_socket_pair(int *here, int *there) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) return errno;
  struct timeval limit = {.tv_sec = LONGEST_WAIT};
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  *here = ends[0];
  *there = ends[1];
  return 0;
}

int adyton_ask_for_copy(int socket, int input, int output, pid_t *process) {
  int descriptors[ENDS] = {[INPUT] = input, [OUTPUT] = output};
  char byte = 0;
  struct iovec content = {.iov_base = &byte, .iov_len = 1};
  carrier carrier = {0};
  struct msghdr message = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &carrier, .msg_controllen = sizeof carrier};
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof descriptors);
  memcpy(CMSG_DATA(part), descriptors, sizeof descriptors);
  while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return errno;
  }
  int32_t answer = 0;
  ssize_t count;
  while ((count = recv(socket, &answer, sizeof answer, 0)) < 0) {
    if (errno != EINTR) return errno;
  }
  if (count != sizeof answer) return EPIPE;
  if (answer < 0) return -answer;
  *process = answer;
  return 0;
}

// Waits for the descriptors of the next copy. Returns 1, 0 when the parent wants no more, or -1 for a message that is
// none.
static int next_descriptors(int descriptors[ENDS]) {
  char byte;
  struct iovec content = {.iov_base = &byte, .iov_len = 1};
  carrier carrier = {0};
  struct msghdr message = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &carrier, .msg_controllen = sizeof carrier};
  ssize_t count;
  while ((count = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR) return 0;
  }
  if (count == 0) return 0;
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  if (!part || part->cmsg_type != SCM_RIGHTS || part->cmsg_len != CMSG_LEN(ENDS * sizeof(int))) return -1;
  memcpy(descriptors, CMSG_DATA(part), ENDS * sizeof(int));
  return 1;
}

// A copy of this process whose parent is this one's parent, which can wait for it as if it had started it.
static long copy(void) {
  unsigned long flags = CLONE_PARENT | SIGCHLD;
  // The C library keeps the number of its thread, which is another one in the copy.
  int *number = NULL;
  if (!prctl(PR_GET_TID_ADDRESS, &number, 0, 0, 0) && number) flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#if defined(__x86_64__)
  return syscall(SYS_clone, flags, NULL, NULL, number, NULL);
#else
  return syscall(SYS_clone, flags, NULL, NULL, NULL, number);
#endif
}

// Whether this process has one thread. One that has ended is counted for a moment longer.
static bool has_one_thread(void) {
  const struct timespec moment = {.tv_nsec = 1000000};
  for (int tries = 0; tries < 1000; tries++) {
    if (adyton_thread_count() <= 1) return true;
    nanosleep(&moment, NULL);
  }
  return false;
}

int adyton_copy_on_demand(pid_t parent) {
  // A copy has the calling thread only, and locks that others held would stay locked in it.
  if (!has_one_thread()) return EBUSY;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return ESRCH;
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  while (1) {
    int descriptors[ENDS];
    int found = next_descriptors(descriptors);
    if (found <= 0) _exit(found ? 1 : 0);
    long process = copy();
    if (process == 0) {
      // Whatever else is open is closed with `adyton_enter_worker`.
      if (dup2(descriptors[INPUT], STDIN_FILENO) < 0 || dup2(descriptors[OUTPUT], STDOUT_FILENO) < 0) _exit(1);
      return 0;
    }
    int32_t answer = process < 0 ? -errno : (int32_t)process;
    close(descriptors[INPUT]);
    close(descriptors[OUTPUT]);
    if (send(STDIN_FILENO, &answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer) _exit(1);
  }
}
#endif
