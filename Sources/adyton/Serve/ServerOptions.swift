import AdsAPI
import ArgumentParser
import CleanRoom
import Foundation
import Logging

/// The settings of a server, from the command line or the environment.
struct ServerOptions: ParsableArguments {
  @OptionGroup var folder: FolderOptions

  @OptionGroup var address: AddressOptions
  @OptionGroup var region: RegionOptions
  @OptionGroup var origins: OriginOptions
  @OptionGroup var tls: TLSOptions
  @OptionGroup var proxies: ProxyOptions
  @OptionGroup var metrics: MetricsOptions

  @Option(help: "Queries that run at the same time (ADYTON_JOBS).")
  var jobs = Setting("ADYTON_JOBS", default: CleanRoomSettings().queue.maximumConcurrentJobs)

  @Option(help: "Workflow executions of one instance that run at the same time (ADYTON_EXECUTIONS_PER_INSTANCE).")
  var executionsPerInstance = Setting(
    "ADYTON_EXECUTIONS_PER_INSTANCE", default: CleanRoomSettings().queue.maximumExecutionsPerInstance)

  @Option(help: "Workflow executions of one account that run at the same time (ADYTON_EXECUTIONS_PER_ACCOUNT).")
  var executionsPerAccount = Setting(
    "ADYTON_EXECUTIONS_PER_ACCOUNT", default: CleanRoomSettings().queue.maximumExecutionsPerAccount)

  @Option(help: "Audience queries of one instance that run at the same time (ADYTON_AUDIENCES_PER_INSTANCE).")
  var audiencesPerInstance = Setting(
    "ADYTON_AUDIENCES_PER_INSTANCE", default: CleanRoomSettings().queue.maximumAudiencesPerInstance)

  @Option(help: "The fewest users that an audience may have (ADYTON_MINIMUM_AUDIENCE_SIZE).")
  var minimumAudienceSize = Setting(
    "ADYTON_MINIMUM_AUDIENCE_SIZE", default: CleanRoomSettings().minimumAudienceSize)

  @Option(help: "Minutes after which a running query may have to give way to others, once (ADYTON_LONG_MINUTES).")
  var longMinutes = Setting("ADYTON_LONG_MINUTES", default: 10)

  @OptionGroup(title: "Limits") var loading: LoadOptions
  @OptionGroup(title: "Limits") var connections: ConnectionOptions
  @OptionGroup var budget: BudgetOptions
  @OptionGroup(title: "Noise mode") var noise: NoiseOptions
  @OptionGroup var lookalikes: LookalikeOptions

  @Option(help: "Seconds that running queries have to finish when the server stops (ADYTON_DRAIN_SECONDS).")
  var drainSeconds = Setting("ADYTON_DRAIN_SECONDS", default: 20)

  @Flag(help: "Do not hold clients to rates, for tests of a server's behaviour (ADYTON_NO_RATE_LIMITS=1).")
  var noRateLimits = false

  @Flag(
    help: """
      Read requests exactly as AMC's API is published: refuse unknown fields, numbers and booleans as texts, and other \
      things that AMC ignores or accepts (ADYTON_STRICT=1).
      """)
  var strict = false

  @Option(help: "The least severe level to log (ADYTON_LOG_LEVEL).")
  var logLevel = Setting("ADYTON_LOG_LEVEL", default: Logger.Level.info)

  func validate() throws {
    _ = try (settings(), apiSettings(), logger())
  }

  func settings() throws -> CleanRoomSettings {
    var settings = CleanRoomSettings()
    settings.queue.maximumConcurrentJobs = try jobs.value("--jobs", in: 1...256)
    settings.queue.maximumExecutionsPerInstance = try executionsPerInstance.value(
      "--executions-per-instance", atLeast: 1)
    settings.queue.maximumExecutionsPerAccount = try executionsPerAccount.value("--executions-per-account", atLeast: 1)
    settings.queue.maximumAudiencesPerInstance = try audiencesPerInstance.value("--audiences-per-instance", atLeast: 1)
    settings.queue.longJobTime = .seconds(60 * (try longMinutes.value("--long-minutes", in: 1...100_000)))
    try loading.apply(to: &settings)
    settings.minimumAudienceSize = try minimumAudienceSize.value("--minimum-audience-size", atLeast: 1)
    settings.disclosureBudget = try budget.budget
    settings.noise = try noise.settings
    try lookalikes.apply(to: &settings)
    settings.queue.drainLimit = .seconds(try drainSeconds.value("--drain-seconds", in: 0...3600))
    return settings
  }

  func apiSettings() throws -> APISettings {
    var settings = APISettings()
    settings.publicURL = try address.publicURL.value
    settings.region = try region.configured
    settings.limitsRates = try !(Environment.flag("ADYTON_NO_RATE_LIMITS") || noRateLimits)
    settings.allowedOrigins = try origins.origins
    try connections.apply(to: &settings)
    settings.trustedProxies = try proxies.proxies
    settings.operatorAddress = try metrics.address
    settings.isStrict = try Environment.flag("ADYTON_STRICT") || strict
    return settings
  }

  func logger() throws -> Logger {
    var logger = Logger(label: "adyton") { JSONLogHandler(label: $0) }
    logger.logLevel = try logLevel.value
    return logger
  }
}
