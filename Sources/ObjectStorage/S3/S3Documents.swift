import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads the small XML documents of S3: the text of every element, by its path of names, in order.
final class S3Document: NSObject, XMLParserDelegate {
  private(set) var root = ""
  private(set) var texts: [(path: String, text: String)] = []
  private var path: [String] = []
  private var current = ""

  /// Reads a document; nil when it is none.
  init?(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard !data.isEmpty, parser.parse() else { return nil }
  }

  /// The text of the first element of that path below the root, as in `Contents/Key`.
  func text(_ path: String) -> String? {
    texts.first { $0.path == path }?.text
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if path.isEmpty { root = name }
    path.append(name)
    current = ""
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    current += text
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    texts.append((path.dropFirst().joined(separator: "/"), current))
    path.removeLast()
    current = ""
  }
}

/// The error document of a request that S3 refused.
enum S3ErrorBody {
  /// The service's name for what went wrong, as in `NoSuchKey`; nil where the answer has none.
  static func code(of response: S3Response) -> String? {
    guard let document = S3Document(response.body), document.root == "Error" else { return nil }
    return document.text("Code")
  }
}

extension StorageError {
  /// The code that an answer of S3 stands for.
  init(_ response: S3Response) {
    let code = S3ErrorBody.code(of: response)
    switch (response.status, code) {
    case (_, "NoSuchBucket"): self.init(.noBucket)
    case (404, _): self.init(.notFound)
    case (401, _), (403, _): self.init(.denied)
    case (507, _), (_, "QuotaExceeded"): self.init(.full)
    case (409, _), (412, _): self.init(.conflict)
    case (503, _), (429, _): self.init(.unreachable)
    default: self.init(.failed)
    }
  }
}

/// One page of a listing.
struct S3ListPage: Sendable {
  var objects: [(key: String, byteCount: Int)]
  /// The token of the next page; nil after the last.
  var continuation: String?

  /// Reads the answer to ListObjectsV2; throws `storage_corrupt` when it is none.
  init(_ data: Data) throws(StorageError) {
    guard let document = S3Document(data), document.root == "ListBucketResult" else { throw StorageError(.corrupt) }
    objects = []
    var key: String?
    for (path, text) in document.texts {
      if path == "Contents/Key" { key = text }
      if path == "Contents/Size", let name = key, let byteCount = Int(text) {
        objects.append((name, byteCount))
        key = nil
      }
      // Services differ in the order of an object's elements; its key comes first in all of them.
    }
    let isCut = document.text("IsTruncated") == "true"
    continuation = isCut ? document.text("NextContinuationToken") : nil
    if isCut, continuation == nil { throw StorageError(.corrupt) }
  }
}
