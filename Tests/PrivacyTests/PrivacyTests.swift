import Testing

@testable import Privacy

@Suite struct PrivacyTests {}
