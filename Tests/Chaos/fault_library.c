// Makes writes of a program fail with EIO, as a faulty disk does, while the first byte of a file says so.
// It is loaded before libc (LD_PRELOAD); the file is named by CHAOS_SWITCH and files below CHAOS_FOLDER fail.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile const unsigned char *faults = NULL;
static const char *folder = "";
static atomic_uint calls = 0;

__attribute__((constructor)) static void set_up(void) {
  const char *const name = getenv("CHAOS_SWITCH");
  const char *const below = getenv("CHAOS_FOLDER");
  if (name == NULL || below == NULL) return;
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void *const page = mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (page == MAP_FAILED) return;
  folder = strdup(below);
  faults = page;
}

// One of so many calls fails, as the switch says; 0 is none.
static int fails(int file) {
  if (faults == NULL || *faults == 0) return 0;
  if (atomic_fetch_add(&calls, 1) % *faults != 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  if (strncmp(path, folder, strlen(folder)) != 0) return 0;
  errno = EIO;
  return 1;
}

#define FAULTY(result, name, parameters, arguments)                         \
  result name parameters {                                                  \
    static result (*_Atomic next) parameters = NULL;                        \
    if (next == NULL) next = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
    return fails(file) ? -1 : next arguments;                               \
  }

FAULTY(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
FAULTY(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
FAULTY(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
FAULTY(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
FAULTY(ssize_t, pread, (int file, void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
FAULTY(ssize_t, pread64, (int file, void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
FAULTY(int, fsync, (int file), (file))
FAULTY(int, fdatasync, (int file), (file))
FAULTY(int, ftruncate, (int file, off_t length), (file, length))
FAULTY(int, ftruncate64, (int file, off_t length), (file, length))
