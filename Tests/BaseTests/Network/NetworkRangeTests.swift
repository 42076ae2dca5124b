import Base
import Testing

/// Addresses have one text, and ranges contain the addresses that begin like them.
@Suite struct NetworkRangeTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8:0::1", "2001:db8::1"),
    ("fe80::1%eth0", "fe80::1"), ("::", "::"),
  ])
  func anAddressHasOneText(_ text: String, _ usual: String) {
    #expect(NetworkAddress(text)?.description == usual)
  }

  @Test(arguments: ["", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", " ::1", "::1 ", "unknown", "1"])
  func otherTextsAreNoAddress(_ text: String) {
    #expect(NetworkAddress(text) == nil)
    #expect(NetworkRange(text) == nil)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.9.9.9/8", "10.0.0.1", true),
    ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.200", true),
    ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.0", false), ("0.0.0.0/0", "203.0.113.9", true),
    ("0.0.0.0/0", "::1", false), ("::/0", "10.0.0.1", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
    ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ("::ffff:10.0.0.0/104", "10.2.3.4", true), ("::ffff:10.0.0.0/104", "11.2.3.4", false),
  ])
  func aRangeContainsWhatBeginsLikeIt(_ range: String, _ address: String, _ isInside: Bool) throws {
    let range = try #require(NetworkRange(range))
    #expect(range.contains(try #require(NetworkAddress(address))) == isInside)
    #expect(NetworkRange(range.description) == range)
  }

  @Test(arguments: [
    "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "/8", "::ffff:10.0.0.0/8",
    "10.0.0.0/8 ", "10.0.0.0/٨",
  ])
  func otherTextsAreNoRange(_ text: String) {
    #expect(NetworkRange(text) == nil)
  }
}
