import AdsAPI
import ArgumentParser
import CleanRoom
import Foundation
import Logging

/// What an operator can set about a server, on the command line or in the environment.
struct ServerOptions: ParsableArguments {
  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @Option(help: "The address to listen at (ADYTON_HOST).")
  var host = Environment.text("ADYTON_HOST") ?? "127.0.0.1"

  @Option(help: "The port to listen at; 0 for any free one (ADYTON_PORT).")
  var port = Environment.number("ADYTON_PORT") ?? 8080

  @Option(help: "Where clients reach the server, for addresses in answers (ADYTON_PUBLIC_URL).")
  var publicURL = Environment.text("ADYTON_PUBLIC_URL") ?? ""

  @OptionGroup var region: RegionOptions

  @Option(help: "How many queries run at the same time (ADYTON_JOBS).")
  var jobs = Environment.number("ADYTON_JOBS") ?? CleanRoomSettings().queue.maximumConcurrentJobs

  @Option(help: "How many workflow executions of one instance run at the same time (ADYTON_EXECUTIONS_PER_INSTANCE).")
  var executionsPerInstance =
    Environment.number("ADYTON_EXECUTIONS_PER_INSTANCE") ?? CleanRoomSettings().queue.maximumExecutionsPerInstance

  @Option(help: "How many workflow executions of one account run at the same time (ADYTON_EXECUTIONS_PER_ACCOUNT).")
  var executionsPerAccount =
    Environment.number("ADYTON_EXECUTIONS_PER_ACCOUNT") ?? CleanRoomSettings().queue.maximumExecutionsPerAccount

  @Option(help: "How many audience queries of one instance run at the same time (ADYTON_AUDIENCES_PER_INSTANCE).")
  var audiencesPerInstance =
    Environment.number("ADYTON_AUDIENCES_PER_INSTANCE") ?? CleanRoomSettings().queue.maximumAudiencesPerInstance

  @Option(help: "The fewest users that an audience may have (ADYTON_MINIMUM_AUDIENCE_SIZE).")
  var minimumAudienceSize =
    Environment.number("ADYTON_MINIMUM_AUDIENCE_SIZE") ?? CleanRoomSettings().minimumAudienceSize

  @OptionGroup var budget: BudgetOptions
  @OptionGroup var lookalikes: LookalikeOptions

  @Option(help: "How many seconds running queries have to finish when the server stops (ADYTON_DRAIN_SECONDS).")
  var drainSeconds = Environment.number("ADYTON_DRAIN_SECONDS") ?? 20

  @Flag(help: "Do not hold clients to rates, for tests of a server's behaviour (ADYTON_NO_RATE_LIMITS=1).")
  var noRateLimits = false

  @Option(help: "The least severe level to log: trace, debug, info, warning or error (ADYTON_LOG_LEVEL).")
  var logLevel = Environment.text("ADYTON_LOG_LEVEL") ?? Logger.Level.info.rawValue

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535.") }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs must be from 1 to 256.") }
    guard min(executionsPerInstance, executionsPerAccount, audiencesPerInstance) >= 1 else {
      throw ValidationError(
        "--executions-per-instance, --executions-per-account and --audiences-per-instance must be at least 1.")
    }
    guard minimumAudienceSize >= 1 else { throw ValidationError("--minimum-audience-size must be at least 1.") }
    guard (0...3600).contains(drainSeconds) else { throw ValidationError("--drain-seconds must be from 0 to 3600.") }
    guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level is not a level.") }
    if !publicURL.isEmpty, URL(string: publicURL)?.host() == nil {
      throw ValidationError("--public-url must be a URL such as https://amc.example.com.")
    }
  }

  func settings() throws -> CleanRoomSettings {
    var settings = CleanRoomSettings()
    settings.queue.maximumConcurrentJobs = jobs
    settings.queue.maximumExecutionsPerInstance = executionsPerInstance
    settings.queue.maximumExecutionsPerAccount = executionsPerAccount
    settings.queue.maximumAudiencesPerInstance = audiencesPerInstance
    settings.minimumAudienceSize = minimumAudienceSize
    settings.disclosureBudget = budget.budget
    lookalikes.apply(to: &settings)
    settings.queue.drainLimit = .seconds(drainSeconds)
    return settings
  }

  func apiSettings() -> APISettings {
    var settings = APISettings()
    settings.publicURL = publicURL.isEmpty ? nil : publicURL
    settings.region = region.configured
    settings.limitsRates = !(noRateLimits || Environment.text("ADYTON_NO_RATE_LIMITS") == "1")
    return settings
  }

  func logger() -> Logger {
    var logger = Logger(label: "adyton") { JSONLogHandler(label: $0) }
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
    return logger
  }
}

/// Settings from the environment. What is empty counts as not set.
enum Environment {
  static func text(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A value that is no number counts as not set.
  static func number(_ name: String) -> Int? {
    text(name).flatMap { Int($0) }
  }
}
