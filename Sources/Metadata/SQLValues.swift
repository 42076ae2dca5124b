import Foundation
import GRDB

extension SQL {
  /// Any number of texts as what IN compares with: one argument, so that SQLite's limit of arguments does not matter.
  init(values: some Collection<String> & Encodable) throws {
    let list = String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
    self = "(SELECT value FROM json_each(\(list)))"
  }
}
