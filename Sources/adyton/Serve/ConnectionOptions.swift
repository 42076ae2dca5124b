import AdsAPI
import ArgumentParser
import Login

/// The limits of connections and of tries to sign in.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: "Connections at the same time; at most half of the files that the process may open (ADYTON_CONNECTIONS).")
  var connections = Setting("ADYTON_CONNECTIONS", default: ConnectionLimits().connections)

  @Option(help: "Connections of one network address at the same time (ADYTON_CONNECTIONS_PER_ADDRESS).")
  var connectionsPerAddress = Setting(
    "ADYTON_CONNECTIONS_PER_ADDRESS", default: ConnectionLimits().connectionsPerAddress)

  @Option(help: "Seconds within which a new connection has to send the head of a request (ADYTON_HEAD_SECONDS).")
  var headSeconds = Setting("ADYTON_HEAD_SECONDS", default: ConnectionLimits().headSeconds)

  @Option(help: "Seconds for which a body is waited for, whatever its rate (ADYTON_BODY_SECONDS).")
  var bodySeconds = Setting("ADYTON_BODY_SECONDS", default: ConnectionLimits().bodySeconds)

  @Option(help: "Bytes a second at which longer bodies have to come (ADYTON_BODY_RATE).")
  var bodyRate = Setting("ADYTON_BODY_RATE", default: ConnectionLimits().bodyBytesPerSecond)

  @Option(help: "Seconds after which a silent connection is closed (ADYTON_IDLE_SECONDS).")
  var idleSeconds = Setting("ADYTON_IDLE_SECONDS", default: ConnectionLimits().idleSeconds)

  @Option(help: "Wrong passwords of one user within 15 minutes (ADYTON_SIGN_IN_TRIES).")
  var signInTries = Setting("ADYTON_SIGN_IN_TRIES", default: SignInLimits().triesPerUser)

  @Option(help: "Passwords from one network address within 15 minutes (ADYTON_SIGN_IN_TRIES_PER_ADDRESS).")
  var signInTriesPerAddress = Setting(
    "ADYTON_SIGN_IN_TRIES_PER_ADDRESS", default: SignInLimits().triesPerNetwork)

  private static let seconds = 1...86_400

  func validate() throws {
    var settings = APISettings()
    try apply(to: &settings)
  }

  func apply(to settings: inout APISettings) throws {
    settings.connections.connections = try connections.value("--connections", in: 1...1_000_000)
    settings.connections.connectionsPerAddress = try connectionsPerAddress.value(
      "--connections-per-address", in: 1...1_000_000)
    settings.connections.headSeconds = try headSeconds.value("--head-seconds", in: Self.seconds)
    settings.connections.bodySeconds = try bodySeconds.value("--body-seconds", in: Self.seconds)
    settings.connections.bodyBytesPerSecond = try bodyRate.value("--body-rate", in: 1...1 << 30)
    settings.connections.idleSeconds = try idleSeconds.value("--idle-seconds", in: Self.seconds)
    settings.signIn.triesPerUser = try signInTries.value("--sign-in-tries", in: 1...1_000_000)
    settings.signIn.triesPerNetwork = try signInTriesPerAddress.value(
      "--sign-in-tries-per-address", in: 1...1_000_000)
  }
}
