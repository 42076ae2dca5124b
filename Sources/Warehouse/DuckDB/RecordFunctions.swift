import CDuckDB
import FirstPartyData

/// The functions that loading advertisers' records calls.
enum RecordFunctions {
  /// `adyton_is_sha256(text)`: whether a text is the hexadecimal digits of a SHA-256, in either case.
  static let isSHA256 = "adyton_is_sha256"
  /// `adyton_consents(country, tcf, gpp, user_data, ad_storage)`: whether a record with these signals may be used.
  static let consents = "adyton_consents"

  private static let consentArguments = 5

  /// Makes them known to a database.
  static func register(on connection: duckdb_connection, consent: ConsentPolicy) throws(EngineError) {
    try ScalarFunction.register(isSHA256, [DUCKDB_TYPE_VARCHAR], DUCKDB_TYPE_BOOLEAN, on: connection) {
      _, chunk, output in
      RecordFunctions.findHashes(chunk, output)
    }
    try ScalarFunction.register(
      consents, Array(repeating: DUCKDB_TYPE_VARCHAR, count: consentArguments), DUCKDB_TYPE_BOOLEAN, on: connection,
      configure: { function in
        // Without a value for a signal there is still a decision.
        duckdb_scalar_function_set_special_handling(function)
        duckdb_scalar_function_set_extra_info(function, Unmanaged.passRetained(PolicyBox(consent)).toOpaque()) {
          if let pointer = $0 { Unmanaged<PolicyBox>.fromOpaque(pointer).release() }
        }
      },
      { info, chunk, output in
        guard let pointer = duckdb_scalar_function_get_extra_info(info) else { return }
        let policy = Unmanaged<PolicyBox>.fromOpaque(pointer).takeUnretainedValue().policy
        RecordFunctions.decide(policy, chunk, output)
      })
  }

  private final class PolicyBox: Sendable {
    let policy: ConsentPolicy
    init(_ policy: ConsentPolicy) { self.policy = policy }
  }

  // MARK: Hashes

  /// Every record passes here for each of its identifiers, so that no text of ours is made of them.
  private static func findHashes(_ chunk: duckdb_data_chunk?, _ output: duckdb_vector?) {
    guard let chunk, let output, let vector = duckdb_data_chunk_get_vector(chunk, 0),
      let data = duckdb_vector_get_data(vector), let results = duckdb_vector_get_data(output)
    else { return }
    let strings = data.assumingMemoryBound(to: duckdb_string_t.self)
    let found = results.assumingMemoryBound(to: Bool.self)
    let validity = duckdb_vector_get_validity(vector)
    for row in 0..<Int(duckdb_data_chunk_get_size(chunk)) {
      if let validity, !duckdb_validity_row_is_valid(validity, UInt64(row)) {
        duckdb_vector_ensure_validity_writable(output)
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), UInt64(row))
      } else {
        found[row] = isHash(strings + row)
      }
    }
  }

  private static func isHash(_ string: UnsafeMutablePointer<duckdb_string_t>) -> Bool {
    guard Int(string.pointee.length) == HashedIdentifier.digitCount, let text = duckdb_string_t_data(string) else {
      return false
    }
    for index in 0..<HashedIdentifier.digitCount {
      switch UInt8(bitPattern: text[index]) {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        continue
      default: return false
      }
    }
    return true
  }

  // MARK: Consent

  private struct Asked: Hashable {
    var signals: ConsentSignals
    var country: String?
  }

  private static func decide(_ policy: ConsentPolicy, _ chunk: duckdb_data_chunk?, _ output: duckdb_vector?) {
    guard let chunk, let output, let results = duckdb_vector_get_data(output) else { return }
    let accepted = results.assumingMemoryBound(to: Bool.self)
    // People of one source often say the same.
    var known: [Asked: Bool] = [:]
    for row in 0..<Int(duckdb_data_chunk_get_size(chunk)) {
      let texts = (0..<consentArguments).map { text(chunk, column: $0, row: row) }
      let asked = Asked(
        signals: ConsentSignals(tcf: texts[1], gpp: texts[2], amazonUserData: texts[3], amazonAdStorage: texts[4]),
        country: texts[0])
      let isAccepted =
        known[asked] ?? policy.accepts(policy.decision(on: asked.signals, countryCode: asked.country))
      known[asked] = isAccepted
      accepted[row] = isAccepted
    }
  }

  private static func text(_ chunk: duckdb_data_chunk, column: Int, row: Int) -> String? {
    guard let vector = duckdb_data_chunk_get_vector(chunk, UInt64(column)), let data = duckdb_vector_get_data(vector)
    else { return nil }
    if let validity = duckdb_vector_get_validity(vector), !duckdb_validity_row_is_valid(validity, UInt64(row)) {
      return nil
    }
    let string = data.assumingMemoryBound(to: duckdb_string_t.self) + row
    let bytes = UnsafeRawBufferPointer(start: duckdb_string_t_data(string), count: Int(string.pointee.length))
    return String(decoding: bytes, as: UTF8.self)
  }
}
