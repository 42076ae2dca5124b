import Foundation
import TestSupport
import Testing

/// Settings from the environment: a variable that can't be read never becomes a default.
@Suite(.hangLimit) struct SettingTests {
  /// A value for each variable that can't be one.
  private static let wrongValues = [
    "ADYTON_PORT": "http", "ADYTON_PUBLIC_URL": "nowhere", "ADYTON_REGION": "XX", "ADYTON_JOBS": "many",
    "ADYTON_EXECUTIONS_PER_INSTANCE": "1.5", "ADYTON_EXECUTIONS_PER_ACCOUNT": "ten",
    "ADYTON_AUDIENCES_PER_INSTANCE": "0", "ADYTON_MINIMUM_AUDIENCE_SIZE": "2k",
    "ADYTON_MAX_OVERLAPPING_EXECUTIONS": "2e3", "ADYTON_BUDGET_DAYS": "30d", "ADYTON_COMPARED_EXECUTIONS": "-7",
    "ADYTON_LOOKALIKE_SMALLEST_SEED": "few", "ADYTON_LOOKALIKE_LARGEST_SEED": "1,000",
    "ADYTON_LOOKALIKE_SCALE": "0.x", "ADYTON_DRAIN_SECONDS": "20s", "ADYTON_NO_RATE_LIMITS": "yes",
    "ADYTON_LOG_LEVEL": "loud", "ADYTON_THREADS": "all", "ADYTON_MEMORY_MIB": "2GB", "ADYTON_SPILL_MIB": "32 GiB",
    "ADYTON_QUERY_MINUTES": "1h", "ADYTON_ROWS_PER_FILE": "1m", "ADYTON_STORAGE": "gs://bucket",
    "ADYTON_STORAGE_ACCOUNT": "mine",
    "ADYTON_S3_ENDPOINT": "elsewhere", "ADYTON_S3_REGION": "EU/West", "ADYTON_S3_ADDRESSING": "any",
    "ADYTON_S3_CACHE_MIB": "64GiB", "ADYTON_DELIVERY_ACCOUNT": "me", "ADYTON_SANDBOX_USERS": "1k",
    "ADYTON_SANDBOX_DAYS": "month", "ADYTON_CLOCK": "on", "ADYTON_CLOCK_START": "tomorrow", "ADYTON_STRICT": "very",
    "ADYTON_CORS_ORIGINS": "nowhere", "ADYTON_ENGINE": "elsewhere", "ADYTON_WARM_WORKERS": "some",
    "ADYTON_VERIFY_READS": "often", "ADYTON_GROUPS_PER_USER": "many", "ADYTON_POPULATION_DAYS": "month",
    "ADYTON_POPULATION_DELTA": "one", "ADYTON_POPULATION_EPSILON": "much", "ADYTON_QUERY_DELTA": "two",
    "ADYTON_LINE_KIB": "4MiB", "ADYTON_UNPACKED_GIB": "few", "ADYTON_UPLOAD_GIB": "20GB",
    "ADYTON_FREE_DISK_MIB": "-1", "ADYTON_INSTANCE_GIB": "1T", "ADYTON_CONNECTIONS": "many",
    "ADYTON_CONNECTIONS_PER_ADDRESS": "no", "ADYTON_HEAD_SECONDS": "20s", "ADYTON_BODY_SECONDS": "-3",
    "ADYTON_BODY_RATE": "8k", "ADYTON_IDLE_SECONDS": "1m", "ADYTON_SIGN_IN_TRIES": "ten",
    "ADYTON_SIGN_IN_TRIES_PER_ADDRESS": "1e2", "ADYTON_RESULT_COLUMNS": "all", "ADYTON_LONG_MINUTES": "10m",
    "ADYTON_QUERY_EPSILON": "none", "ADYTON_SELECTION_DELTA": "none", "ADYTON_SIZE_EPSILON": "minus one",
    "ADYTON_TRUSTED_PROXIES": "10.0.0.0/33", "ADYTON_METRICS_PORT": "prometheus",
  ]

  /// Texts that are not looked at before they are used.
  private static let freeTexts: Set = [
    "ADYTON_DATA", "ADYTON_HOST", "ADYTON_METRICS_HOST", "ADYTON_SIMULATE", "ADYTON_TLS_CERTIFICATE", "ADYTON_TLS_KEY",
  ]

  /// A server would not start with this folder: a variable that is not refused ends in another error.
  private static let unusableFolder = "/dev/null/adyton"

  @Test(arguments: wrongValues.sorted { $0.key < $1.key })
  func invalidVariablesAreRefused(_ name: String, _ value: String) throws {
    let output = try Program.run("serve", "--data", Self.unusableFolder, environment: [name: value])
    #expect(output.status == 2, "\(output.errors)")
    #expect(output.errors.contains("\(name) must be "), "\(output.errors)")
    let message = output.errors.split(separator: "\n").first { $0.contains(name) } ?? ""
    #expect(!message.replacing(name, with: "").contains(value), "\(message)")
  }

  @Test func everyVariableIsTested() throws {
    let help = try Program.run("serve", "--help").text
    let named = Set(help.matches(of: #/ADYTON_[A-Z0-9_]+/#).map { String($0.output) })
    #expect(named == Set(Self.wrongValues.keys).union(Self.freeTexts))
  }

  @Test func theCommandLineTakesPrecedence() throws {
    let output = try Program.run(
      "serve", "--port", "0", "--data", Self.unusableFolder, environment: ["ADYTON_PORT": "http"])
    #expect(output.status == 1, "\(output.errors)")
    let wrong = try Program.run("serve", "--port", "70000", "--data", Self.unusableFolder)
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("--port must be from 0 to 65535."))
    let text = try Program.run("serve", "--minimum-audience-size", "2k", "--data", Self.unusableFolder)
    #expect(text.status == 2)
    #expect(text.errors.contains("--minimum-audience-size"))
  }
}
