import Base

/// The columns of the tables of facts among the resources, which say in their first lines what they hold.
enum RetiredColumn: String, CaseIterable {
  case operation, method, path
  case newMethod = "new_method"
  case newPath = "new_path"
  case mediaType = "media_type"
  case query, body, source, note
}

enum FieldColumn: String, CaseIterable {
  case group, place, name, change, to, note
}

enum HeaderColumn: String, CaseIterable {
  case change, name, value, note
}

enum FactTables {
  static func retired() throws -> [TabSeparatedTable<RetiredColumn>.Row] {
    try TabSeparatedTable(resource: "retired", in: .module).rows
  }

  static func fields() throws -> [TabSeparatedTable<FieldColumn>.Row] {
    try TabSeparatedTable(resource: "fields", in: .module).rows
  }

  static func headers() throws -> [TabSeparatedTable<HeaderColumn>.Row] {
    try TabSeparatedTable(resource: "headers", in: .module).rows
  }
}
