import CDuckDB

/// A function of ours that statements can call, on its way into the engine.
///
///     let function = ScalarFunction("adyton_length", [.text], .integer) { arguments, results in
///       let texts = arguments.texts(0)
///       results.fill { row in texts.bytes(row).map { Int64($0.count) } }
///     }
///     try function.register(on: connection)
struct ScalarFunction: Sendable {
  /// The types of arguments and results.
  enum ValueType {
    /// BOOLEAN, a `Bool`.
    case boolean
    /// BIGINT, an `Int64`.
    case integer
    /// BIGINT[].
    case integers
    /// UBIGINT, a `UInt64`.
    case unsignedInteger
    /// HUGEINT, a `HugeInteger`.
    case hugeInteger
    /// DOUBLE.
    case double
    /// VARCHAR.
    case text
    /// VARCHAR[].
    case texts
    /// UUID, a `UUIDValue`.
    case uuid
  }

  /// A UUID in the engine's memory: the upper half is a signed number, in the order of UUIDs.
  struct UUIDValue {
    var lower: UInt64
    var upper: Int64
  }

  /// A HUGEINT in the engine's memory.
  struct HugeInteger {
    var lower: UInt64
    var upper: Int64

    init(_ value: Int128) {
      lower = UInt64(truncatingIfNeeded: value)
      upper = Int64(truncatingIfNeeded: value >> 64)
    }
  }

  /// The computation for a chunk of rows. It is called from any thread of the engine, also for rows with NULLs. An
  /// error ends the statement, without a word of what it was about.
  typealias Computation = @Sendable (FunctionArguments, FunctionResults) throws -> Void

  private let name: String
  private let parameters: [ValueType]
  private let result: ValueType
  private let computation: Computation

  init(_ name: String, _ parameters: [ValueType], _ result: ValueType, _ computation: @escaping Computation) {
    self.name = name
    self.parameters = parameters
    self.result = result
    self.computation = computation
  }

  /// Makes the function known to a database; throws `unavailable` where the engine does not take it.
  func register(on connection: duckdb_connection) throws(EngineError) {
    var function = duckdb_create_scalar_function()
    defer { duckdb_destroy_scalar_function(&function) }
    duckdb_scalar_function_set_name(function, name)
    for parameter in parameters {
      Self.withType(parameter) { duckdb_scalar_function_add_parameter(function, $0) }
    }
    Self.withType(result) { duckdb_scalar_function_set_return_type(function, $0) }
    duckdb_scalar_function_set_special_handling(function)  // rows with NULLs are for the computation to decide
    let box = ComputationBox(computation)
    duckdb_scalar_function_set_extra_info(function, Unmanaged.passRetained(box).toOpaque()) { pointer in
      if let pointer { Unmanaged<ComputationBox>.fromOpaque(pointer).release() }
    }
    duckdb_scalar_function_set_function(function) { info, chunk, output in
      guard let pointer = duckdb_scalar_function_get_extra_info(info), let chunk, let output else { return }
      let box = Unmanaged<ComputationBox>.fromOpaque(pointer).takeUnretainedValue()
      do {
        let arguments = FunctionArguments(chunk)
        try box.computation(arguments, FunctionResults(output, rowCount: arguments.rowCount))
      } catch {
        duckdb_scalar_function_set_error(info, "stopped")
      }
    }
    guard duckdb_register_scalar_function(connection, function) == 0 else { throw EngineError(.unavailable) }
  }

  private static func withType(_ type: ValueType, _ use: (duckdb_logical_type?) -> Void) {
    var logical =
      switch type {
      case .boolean: duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)
      case .integer, .integers: duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)
      case .unsignedInteger: duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT)
      case .hugeInteger: duckdb_create_logical_type(DUCKDB_TYPE_HUGEINT)
      case .double: duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE)
      case .text, .texts: duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
      case .uuid: duckdb_create_logical_type(DUCKDB_TYPE_UUID)
      }
    defer { duckdb_destroy_logical_type(&logical) }
    guard type == .texts || type == .integers else { return use(logical) }
    var list = duckdb_create_list_type(logical)
    defer { duckdb_destroy_logical_type(&list) }
    use(list)
  }

  /// The computation as the engine holds it.
  private final class ComputationBox: Sendable {
    let computation: Computation
    init(_ computation: @escaping Computation) { self.computation = computation }
  }
}
