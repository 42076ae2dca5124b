import Testing

@testable import Migration

@Suite struct RetiredAPITests {
}
