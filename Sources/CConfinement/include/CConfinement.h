// How a worker of the engine shuts itself in, and how it is started. Everything here is about the calling process.
#ifndef ADYTON_CCONFINEMENT_H
#define ADYTON_CCONFINEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// The hard limits of a worker. 0 is no limit.
typedef struct {
  uint64_t memory_bytes;
  uint64_t cpu_seconds;
  uint64_t file_bytes;
  uint64_t descriptors;
} adyton_limits;

// Starts a program with these two descriptors as its standard input and output, nothing else open, and no blocked or
// ignored signals. Returns 0 and the process, or an error number.
int adyton_spawn(const char *path, char *const arguments[], char *const environment[], int input, int output,
                 pid_t *process);

// Two ends of a socket that no other program inherits: one for a program that makes copies of itself, one for its
// parent. Linux only, as the next two. Returns 0 or an error number.
int adyton_socket_pair(int *here, int *there);

// Asks the program at the other end for a copy of itself with these two descriptors as its standard input and output.
// Returns 0 and the copy, which is a child of the calling process, or an error number.
int adyton_ask_for_copy(int socket, int input, int output, pid_t *process);

// Serves such requests from the standard input until `parent` ends or wants no more, which ends the process. Returns 0
// in each copy, and an error number where `parent` is not the parent or the process has more than one thread.
int adyton_copy_on_demand(pid_t parent);

// The memory that a process holds for itself, without pages of files, in bytes; 0 where that can't be told.
uint64_t adyton_private_bytes(pid_t process);

// A pipe whose ends no other program inherits. Returns 0 or an error number.
int adyton_pipe(int *reading, int *writing);

// Blocks SIGPIPE for the calling thread, so that writing to a process that has ended is an error and no signal.
void adyton_block_sigpipe(void);

// Whether a process that was started here has ended.
bool adyton_has_ended(pid_t process);

// Waits until a process has ended, and leaves it to be asked for by `adyton_wait`. Returns 0 or an error number.
int adyton_await_end(pid_t process);

// Waits for the end of a process. Returns 0 or an error number.
int adyton_wait(pid_t process, int *status);

// The first step of a worker, before it reads anything: it ends with `parent`, leaves no memory behind in files, keeps
// no descriptor but the standard ones, and can no longer open sockets, start programs or reach other processes. Call it
// while the process has one thread. Returns 0, or an error number when it could not. Walls that the system does not
// have are no error: `adyton_try_…` shows which ones hold.
int adyton_enter_worker(pid_t parent);

// Sets the limits, for good. Returns 0 or an error number.
int adyton_limit(const adyton_limits *limits);

// Refuses changes of limits from here on: an administrator's process could raise them again.
int adyton_keep_limits(void);

// Some paths of files and folders.
typedef struct {
  const char *const *paths;
  size_t count;
} adyton_paths;

// From here on, the calling thread and those that it starts can read the files that are `readable` or in there, read
// and change what is in the folders that are `writable`, and open nothing else. What does not exist is left out.
// Returns 0, also where the kernel has no Landlock, or an error number.
int adyton_confine(const adyton_paths *readable, const adyton_paths *writable);

// How many threads the process has; 0 where that is not known.
size_t adyton_thread_count(void);

// Signals that ask a service to stop go to all of its processes: running work is for the parent to end.
void adyton_leave_signals_to_parent(void);

// The exit code of a worker that a fatal signal met when not even this much memory could be had any more.
#define ADYTON_OUT_OF_MEMORY_EXIT 70
#define ADYTON_MEMORY_PROBE_BYTES (32 << 20)

// Makes fatal signals tell whether memory had run out.
void adyton_report_memory(void);

// What a worker tries in order to show that its walls hold. Each returns 0 where it could, or the error number.
int adyton_try_socket(int family);
int adyton_try_reading(const char *path);
int adyton_try_making(const char *path);
int adyton_try_program(const char *path);
int adyton_try_signal(pid_t process);

#ifdef __cplusplus
}
#endif

#endif
