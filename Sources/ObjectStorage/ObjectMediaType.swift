/// The media types of objects, by the endings of their names.
package enum ObjectMediaType {
  /// The type of an object with that key or file name.
  package static func name(of key: String) -> String {
    switch key.split(separator: ".").last {
    case "csv": "text/csv; charset=utf-8"
    case "parquet": "application/vnd.apache.parquet"
    case "json": "application/json"
    default: "application/octet-stream"
    }
  }
}
