import Testing

@testable import Catalog

@Suite struct CatalogTests {}
