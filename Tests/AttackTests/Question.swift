import AMCSQL
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Warehouse

@testable import Privacy

/// A query of an adversary.
struct Question: Sendable {
  var sql: String
  var parameters: [String: ParameterValue] = [:]
  var window = Question.wholeWindow
  var controls = AggregationControls()

  /// The ten days from 2025-01-01 that all events are in.
  static let wholeWindow = TimeWindow(
    start: Date(timeIntervalSince1970: 1_735_689_600), end: Date(timeIntervalSince1970: 1_736_553_600))

  /// The time of all queries.
  static let now = Date(timeIntervalSince1970: 1_736_640_000)

  var context: BindingContext {
    BindingContext(
      catalogue: WorldUploads.catalogue, timeWindow: window, parameters: parameters, now: Self.now)
  }
}

/// Everything that an adversary sees of a response.
enum Answer: Hashable, Sendable, CustomStringConvertible {
  /// The query was refused before anything was read.
  case refused([String])
  /// The rows, the header first, and the notes for the writer.
  case rows([String], notes: [String])
  /// The engine gave up.
  case failed(String)

  var description: String {
    switch self {
    case .refused(let problems): "refused: \(problems.joined(separator: "; "))"
    case .rows(let rows, let notes): "\(rows.count - 1) rows: \(rows.prefix(12).joined(separator: " | ")) \(notes)"
    case .failed(let text): "failed: \(text)"
    }
  }

  var isRefused: Bool { if case .refused = self { true } else { false } }

  /// The rows below the header.
  var data: [String] { if case .rows(let rows, _) = self { Array(rows.dropFirst()) } else { [] } }
}

/// The other side of an adversary's queries.
protocol Door: Sendable {
  func ask(_ question: Question) async throws -> Answer
}

/// The clean room: results are protected.
struct ProtectedDoor: Door {
  let worlds: Worlds
  let world: World
  var thresholds = Thresholds()

  func ask(_ question: Question) async throws -> Answer {
    let compiled: QueryCompiler.Compiled
    do throws(QueryRefusal) {
      compiled = try await QueryCompiler(thresholds: thresholds).compile(
        question.sql, for: .measurement, in: question.context, controls: question.controls)
    } catch {
      return .refused(error.diagnostics.map(Answer.text))
    }
    return try await worlds.run(compiled.query, in: world, notes: compiled.notes)
  }
}

/// No protection at all: the query's own result. An attack that learns nothing here is no attack.
struct OpenDoor: Door {
  let worlds: Worlds
  let world: World

  func ask(_ question: Question) async throws -> Answer {
    do {
      let bound = try Binder.bind(Parser.parse(question.sql), in: question.context)
      let relation = ProtectedRelation(ctes: bound.ctes, body: bound.body, purpose: .measurement)
      return try await worlds.run(Emission.duckDB(relation), in: world, notes: bound.notes)
    } catch let error as QueryRefusal {
      return .refused(error.diagnostics.map(Answer.text))
    } catch let error as Diagnostic {
      return .refused([Answer.text(error)])
    }
  }
}

extension Answer {
  static func text(_ diagnostic: Diagnostic) -> String {
    let place = diagnostic.span.start
    return "\(place.line):\(place.column) \(diagnostic.code.rawValue): \(diagnostic.text)"
  }
}

extension Worlds {
  /// Runs a query and reads its result.
  func run(_ query: EmittedQuery, in world: World, notes: [Diagnostic]) async throws -> Answer {
    let name = UUID().uuidString
    let parquet = EngineLocation(path: folder.appending(path: "\(name).parquet").path(percentEncoded: false))
    do throws(EngineError) {
      _ = try await engine.run(query, signals: world, output: parquet)
    } catch {
      return .failed(error.description)
    }
    let rows = try await ResultFile.rows(of: query, in: parquet, session)
    try FileManager.default.removeItem(at: URL(filePath: parquet.path))
    let header = query.columns.map(\.name).joined(separator: ",")
    let lines = rows.map { $0.map(\.text).joined(separator: ",") }
    // The order of rows is undefined.
    return .rows([header] + lines.sorted(), notes: notes.map(Answer.text))
  }
}
