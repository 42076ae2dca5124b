@testable import AdsAPI
import Base
import HTTPTypes
import Testing

/// The client of a request is the first address, from the server on, that is no trusted proxy.
@Suite struct TrustedProxyTests {
  private static let proxies = TrustedProxies(["10.0.0.0/8", "fd00::/8"].compactMap { NetworkRange($0) })

  private static func origin(_ peer: String, _ headers: [(String, String)], isSecure: Bool = false) throws -> String {
    var fields = HTTPFields()
    for (name, value) in headers {
      fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
    }
    let origin = proxies.origin(of: fields, from: NetworkAddress(peer), isSecure: isSecure)
    return "\(origin.isSecure ? "https" : "http") \(origin.client?.description ?? "-")"
  }

  @Test(arguments: [
    [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https")],
    [("Forwarded", "for=198.51.100.7;proto=https")],
  ])
  func nobodyElseIsBelieved(_ headers: [(String, String)]) throws {
    #expect(try Self.origin("203.0.113.9", headers) == "http 203.0.113.9")
    #expect(try Self.origin("11.0.0.1", headers) == "http 11.0.0.1")
    #expect(try Self.origin("2001:db8::1", headers) == "http 2001:db8::1")
    #expect(try Self.origin("10.0.0.1", headers) == "https 198.51.100.7")
    #expect(try Self.origin("::ffff:10.0.0.1", headers) == "https 198.51.100.7")
    #expect(try Self.origin("fd00::1", headers) == "https 198.51.100.7")
  }

  @Test(arguments: [
    // What a client writes itself is before what the proxies add.
    ("1.2.3.4, 198.51.100.7", "198.51.100.7"),
    ("10.9.9.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ("1.2.3.4,198.51.100.7,10.0.0.3,10.0.0.2", "198.51.100.7"),
    ("198.51.100.7:51234", "198.51.100.7"), ("2001:DB8::7", "2001:db8::7"), ("[2001:db8::7]:443", "2001:db8::7"),
    // Inside the network, the first proxy is the one that asks.
    ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
    // A proxy that does not know it is as far as it can be told.
    ("1.2.3.4, unknown", "10.0.0.1"), ("1.2.3.4, unknown, 10.0.0.2", "10.0.0.2"), ("", "10.0.0.1"), (",,", "10.0.0.1"),
    ("1.2.3.4, \", 198.51.100.7", "198.51.100.7"),
  ])
  func theCustomaryHeaderIsReadFromItsEnd(_ value: String, _ client: String) throws {
    #expect(try Self.origin("10.0.0.1", [("X-Forwarded-For", value)]) == "http \(client)")
  }

  @Test(arguments: [
    ("for=198.51.100.7;proto=https;by=10.0.0.1", "https 198.51.100.7"),
    ("for=1.2.3.4, For=\"[2001:db8::7]:4711\"; Proto=HTTPS", "https 2001:db8::7"),
    ("for=198.51.100.7;proto=https, for=10.0.0.2;proto=http", "https 198.51.100.7"),
    ("for=1.2.3.4, for=_hidden", "http 10.0.0.1"), ("for=1.2.3.4, proto=https", "https 10.0.0.1"),
    // A quote that the client leaves open does not swallow what the proxy adds.
    ("for=1.2.3.4;x=\", for=198.51.100.7;proto=https", "https 198.51.100.7"),
    ("for=1.2.3.4;x=\", for=\"[2001:db8::7]\"", "http 2001:db8::7"),
  ])
  func theStandardHeaderIsReadFromItsEnd(_ value: String, _ origin: String) throws {
    #expect(try Self.origin("10.0.0.1", [("Forwarded", value)]) == origin)
  }

  @Test func linesOfAHeaderAreOneList() throws {
    let lines = [("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "198.51.100.7, 10.0.0.2")]
    #expect(try Self.origin("10.0.0.1", lines) == "http 198.51.100.7")
  }

  @Test func twoStoriesAreNone() throws {
    let agreeing = [("X-Forwarded-For", "198.51.100.7"), ("Forwarded", "for=198.51.100.7")]
    #expect(try Self.origin("10.0.0.1", agreeing) == "http 198.51.100.7")
    #expect(try Self.origin("10.0.0.1", agreeing + [("X-Forwarded-Proto", "https")]) == "https 198.51.100.7")
    let differing = [("X-Forwarded-For", "198.51.100.7"), ("Forwarded", "for=1.2.3.4")]
    #expect(try Self.origin("10.0.0.1", differing) == "http 10.0.0.1")
  }

  @Test(arguments: [
    ("198.51.100.7, 10.0.0.2", "https", "https"), ("198.51.100.7, 10.0.0.2", "https, http", "https"),
    ("1.2.3.4, 198.51.100.7", "http, https", "https"), ("198.51.100.7", "gopher", "http"), ("198.51.100.7", "", "http"),
  ])
  func theProtocolIsThatOfTheClient(_ addresses: String, _ protocols: String, _ expected: String) throws {
    let headers = [("X-Forwarded-For", addresses), ("X-Forwarded-Proto", protocols)]
    #expect(try Self.origin("10.0.0.1", headers) == "\(expected) 198.51.100.7")
  }

  @Test func aProxyCanTakeBackThatTheConnectionIsSecure() throws {
    #expect(try Self.origin("10.0.0.1", [], isSecure: true) == "https 10.0.0.1")
    let headers = [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "http")]
    #expect(try Self.origin("10.0.0.1", headers, isSecure: true) == "http 198.51.100.7")
    #expect(try Self.origin("203.0.113.9", headers, isSecure: true) == "https 203.0.113.9")
  }
}
