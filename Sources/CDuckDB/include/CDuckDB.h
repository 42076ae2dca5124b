// The part of libduckdb's C interface that the warehouse calls, declared in our own words so that no header has to be
// installed. Types are opaque; the layouts of the two structs that cross the border are part of DuckDB's stable C ABI.
#ifndef ADYTON_CDUCKDB_H
#define ADYTON_CDUCKDB_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct duckdb_database_handle *duckdb_database;
typedef struct duckdb_connection_handle *duckdb_connection;
typedef struct duckdb_config_handle *duckdb_config;
typedef struct duckdb_data_chunk_handle *duckdb_data_chunk;
typedef struct duckdb_vector_handle *duckdb_vector;
typedef struct duckdb_logical_type_handle *duckdb_logical_type;
typedef struct duckdb_scalar_function_handle *duckdb_scalar_function;
typedef struct duckdb_function_info_handle *duckdb_function_info;

// 0 is success, 1 is failure.
typedef uint32_t duckdb_state;

// What kind of failure a result holds. Only the kinds that the warehouse tells apart have a name here.
typedef enum {
  DUCKDB_ERROR_OUT_OF_RANGE = 1,
  DUCKDB_ERROR_CONVERSION = 2,
  DUCKDB_ERROR_DECIMAL = 4,
  DUCKDB_ERROR_DIVIDE_BY_ZERO = 6,
  DUCKDB_ERROR_IO = 28,
  DUCKDB_ERROR_INTERRUPT = 29,
  DUCKDB_ERROR_INVALID_INPUT = 32,
  DUCKDB_ERROR_OUT_OF_MEMORY = 33,
  DUCKDB_ERROR_PERMISSION = 34
} duckdb_error_type;

// The types of values that the warehouse reads from the engine's memory or writes into it.
typedef enum {
  DUCKDB_TYPE_BOOLEAN = 1,
  DUCKDB_TYPE_BIGINT = 5,
  DUCKDB_TYPE_UBIGINT = 9,
  DUCKDB_TYPE_DOUBLE = 11,
  DUCKDB_TYPE_HUGEINT = 16,
  DUCKDB_TYPE_VARCHAR = 17,
  DUCKDB_TYPE_UUID = 27
} duckdb_type;

// A finished statement. Owned by the caller, who hands it to duckdb_destroy_result.
typedef struct {
  uint64_t reserved_columns;
  uint64_t reserved_rows;
  uint64_t reserved_changes;
  void *reserved_data;
  char *reserved_error;
  void *internal_data;
} duckdb_result;

// A string inside a vector: 12 bytes in place, or a length and a pointer.
typedef struct {
  uint32_t length;
  char prefix[4];
  union {
    char rest[8];
    const char *pointer;
  } value;
} duckdb_string_t;

// How far the running statement is; percentage is -1 when that is not known.
typedef struct {
  double percentage;
  uint64_t rows_processed;
  uint64_t total_rows_to_process;
} duckdb_query_progress_type;

const char *duckdb_library_version(void);
void duckdb_free(void *pointer);

duckdb_state duckdb_create_config(duckdb_config *out_config);
duckdb_state duckdb_set_config(duckdb_config config, const char *name, const char *option);
void duckdb_destroy_config(duckdb_config *config);

// A failure leaves a text in *out_error that duckdb_free releases.
duckdb_state duckdb_open_ext(const char *path, duckdb_database *out_database, duckdb_config config, char **out_error);
void duckdb_close(duckdb_database *database);
duckdb_state duckdb_connect(duckdb_database database, duckdb_connection *out_connection);
void duckdb_disconnect(duckdb_connection *connection);

// These two may be called from any thread while the connection is open.
void duckdb_interrupt(duckdb_connection connection);
duckdb_query_progress_type duckdb_query_progress(duckdb_connection connection);

// Runs every statement of the text; the result is that of the last one. It is to be destroyed after a failure too.
duckdb_state duckdb_query(duckdb_connection connection, const char *query, duckdb_result *out_result);
void duckdb_destroy_result(duckdb_result *result);
const char *duckdb_result_error(duckdb_result *result);
duckdb_error_type duckdb_result_error_type(duckdb_result *result);

uint64_t duckdb_column_count(duckdb_result *result);
const char *duckdb_column_name(duckdb_result *result, uint64_t column);
duckdb_type duckdb_column_type(duckdb_result *result, uint64_t column);

// NULL when there are no more rows.
duckdb_data_chunk duckdb_fetch_chunk(duckdb_result result);
void duckdb_destroy_data_chunk(duckdb_data_chunk *chunk);
uint64_t duckdb_data_chunk_get_size(duckdb_data_chunk chunk);
duckdb_vector duckdb_data_chunk_get_vector(duckdb_data_chunk chunk, uint64_t column);
void *duckdb_vector_get_data(duckdb_vector vector);
// One bit a row, set where there is a value; NULL when every row has one.
uint64_t *duckdb_vector_get_validity(duckdb_vector vector);
bool duckdb_validity_row_is_valid(uint64_t *validity, uint64_t row);
const char *duckdb_string_t_data(duckdb_string_t *string);
uint64_t duckdb_data_chunk_get_column_count(duckdb_data_chunk chunk);

// What a vector of results is filled with. NULLs are bits that are not set; the mask is there once it was asked for.
void duckdb_vector_ensure_validity_writable(duckdb_vector vector);
void duckdb_validity_set_row_invalid(uint64_t *validity, uint64_t row);
void duckdb_vector_assign_string_element_len(duckdb_vector vector, uint64_t row, const char *bytes, uint64_t length);

// A vector of lists: an entry a row, and one vector for the elements of all. NULL where the vector has no lists.
typedef struct {
  uint64_t offset;
  uint64_t length;
} duckdb_list_entry;

duckdb_vector duckdb_list_vector_get_child(duckdb_vector vector);
uint64_t duckdb_list_vector_get_size(duckdb_vector vector);
duckdb_state duckdb_list_vector_set_size(duckdb_vector vector, uint64_t size);
duckdb_state duckdb_list_vector_reserve(duckdb_vector vector, uint64_t capacity);

duckdb_logical_type duckdb_create_logical_type(duckdb_type type);
duckdb_logical_type duckdb_create_list_type(duckdb_logical_type element);
void duckdb_destroy_logical_type(duckdb_logical_type *type);

// A function of ours that statements can call. It is called with a chunk of rows, from any thread.
typedef void (*duckdb_scalar_function_t)(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output);
typedef void (*duckdb_delete_callback_t)(void *data);

duckdb_scalar_function duckdb_create_scalar_function(void);
void duckdb_destroy_scalar_function(duckdb_scalar_function *function);
void duckdb_scalar_function_set_name(duckdb_scalar_function function, const char *name);
void duckdb_scalar_function_add_parameter(duckdb_scalar_function function, duckdb_logical_type type);
void duckdb_scalar_function_set_return_type(duckdb_scalar_function function, duckdb_logical_type type);
// The function sees NULLs; otherwise any NULL gives NULL.
void duckdb_scalar_function_set_special_handling(duckdb_scalar_function function);
void duckdb_scalar_function_set_extra_info(
    duckdb_scalar_function function, void *extra_info, duckdb_delete_callback_t destroy);
void *duckdb_scalar_function_get_extra_info(duckdb_function_info info);
void duckdb_scalar_function_set_function(duckdb_scalar_function function, duckdb_scalar_function_t callback);
void duckdb_scalar_function_set_error(duckdb_function_info info, const char *text);
duckdb_state duckdb_register_scalar_function(duckdb_connection connection, duckdb_scalar_function function);

#ifdef __cplusplus
}
#endif

#endif
