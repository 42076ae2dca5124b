// A C target needs one source file; everything that it declares is in libduckdb.
#include "CDuckDB.h"
