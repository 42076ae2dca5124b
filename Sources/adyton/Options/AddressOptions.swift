import ArgumentParser

/// The address at which a server listens, and the URL by which others reach it.
struct AddressOptions: ParsableArguments {
  @Option(help: "The address at which the server listens (ADYTON_HOST).")
  var host = Environment.text("ADYTON_HOST") ?? "127.0.0.1"

  @Option(help: "The port at which it listens; `serve` takes 0 for any free one (ADYTON_PORT).")
  var port = Setting("ADYTON_PORT", default: 8080)

  @OptionGroup var publicURL: PublicURLOption

  func validate() throws {
    _ = try portNumber
  }

  var portNumber: Int {
    get throws { try port.value("--port", in: 0...65_535) }
  }

  /// The URL for clients, without a slash at its end: the public one, or that of the address.
  var base: String {
    get throws {
      guard let url = try publicURL.value else { return "http://\(reachableHost):\(try portNumber)" }
      return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
  }

  /// A server that listens at all addresses is reached at this machine's own; an IPv6 address has brackets in a URL.
  private var reachableHost: String {
    if ["0.0.0.0", "::"].contains(host) { return "127.0.0.1" }
    return host.contains(":") ? "[\(host)]" : host
  }
}
