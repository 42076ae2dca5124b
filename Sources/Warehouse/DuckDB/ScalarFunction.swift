import CDuckDB

/// A function of ours that statements can call, on its way into the engine.
enum ScalarFunction {
  /// Makes a function known to a database.
  ///
  /// - Parameter configure: what it needs besides names and types.
  static func register(
    _ name: String, _ parameters: [duckdb_type], _ result: duckdb_type, on connection: duckdb_connection,
    configure: (duckdb_scalar_function?) -> Void = { _ in }, _ function: duckdb_scalar_function_t
  ) throws(EngineError) {
    var made = duckdb_create_scalar_function()
    defer { duckdb_destroy_scalar_function(&made) }
    duckdb_scalar_function_set_name(made, name)
    for parameter in parameters {
      var type = duckdb_create_logical_type(parameter)
      duckdb_scalar_function_add_parameter(made, type)
      duckdb_destroy_logical_type(&type)
    }
    var type = duckdb_create_logical_type(result)
    duckdb_scalar_function_set_return_type(made, type)
    duckdb_destroy_logical_type(&type)
    configure(made)
    duckdb_scalar_function_set_function(made, function)
    guard duckdb_register_scalar_function(connection, made) == 0 else { throw EngineError(.unavailable) }
  }
}
