import Foundation
import Testing

/// The picture `docs/targets.svg` shows the targets of `Package.swift`. A test that fails here asks for `make graph`.
@Suite struct TargetGraphTests {
  private static let root = ImportTests.sources.deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The targets of the manifest, each with those that it depends on.
  private static func declared() throws -> [String: Set<String>] {
    let manifest = try text("Package.swift").replacing(/\.product\(.*?\)/.dotMatchesNewlines(), with: "")
    let starts = manifest.ranges(of: #/\.(?:executableTarget|testTarget|target)\(\s*name: "/#)
    let ends = starts.dropFirst().map(\.lowerBound) + [manifest.endIndex]
    return Dictionary(
      uniqueKeysWithValues: zip(starts, ends).map { start, end in
        let declaration = manifest[start.upperBound..<end]
        let name = String(declaration.prefix { $0 != "\"" })
        let dependencies = declaration.firstMatch(of: /dependencies: \[(.*?)\]/.dotMatchesNewlines())?.1 ?? ""
        return (name, Set(dependencies.matches(of: /"([^"]+)"/).map { String($0.1) }))
      })
  }

  /// The targets that a target imports, directly or through others.
  private static func closure(of target: String, in imports: [String: Set<String>]) -> Set<String> {
    var (found, next) = (Set<String>(), imports[target] ?? [])
    while let one = next.popFirst() {
      if found.insert(one).inserted { next.formUnion((imports[one] ?? []).subtracting(found)) }
    }
    return found
  }

  @Test func theGraphNamesEveryTargetAndNoOther() throws {
    let names = try Self.text("docs/targets.svg").matches(of: /font-weight="bold"[^>]*>([^<]+)</)
      .map { String($0.1.replacing("&#45;", with: "-")) }
    let targets = try Self.declared()
    #expect(targets.count >= 30)
    #expect(names.sorted() == targets.keys.sorted())
  }

  @Test func theGraphShowsTheImportsOfEveryTarget() throws {
    let (declared, graph) = (try Self.declared(), try Self.text("docs/targets.svg").replacing("&#45;", with: "-"))
    var drawn: [String: Set<String>] = [:]
    for arrow in graph.matches(of: /<title>([^<]+)-&gt;([^<]+)<\/title>/) {
      drawn[String(arrow.1), default: []].insert(String(arrow.2))
    }
    #expect(drawn.count >= 10)
    for (target, imports) in declared where graph.contains("<title>\(target)</title>") {
      #expect(drawn[target] ?? [] == imports.intersection(drawn[target] ?? []), "\(target): an arrow too many")
      #expect(Self.closure(of: target, in: drawn) == Self.closure(of: target, in: declared), "\(target)")
    }
  }
}
