import Testing

@testable import AMCSQL

@Suite struct AMCSQLTests {}
