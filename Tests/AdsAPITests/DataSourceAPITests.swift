import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct DataSourceAPITests {
  private static let path = "/amc/reporting/\(Fixtures.setup.instanceID)/dataSources"

  @Test(arguments: Door.allCases)
  func everyDataSourceIsListedOnce(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      var ids: [String] = []
      var token = ""
      repeat {
        let answer = try await client.account(.get, "\(Self.path)?limit=7&nextToken=\(token)")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/vnd.amcdatasources.v1+json")
        #expect(answer["dataSources"].elements.count <= 7)
        ids += answer["dataSources"].elements.compactMap {
          if case .string(let id) = $0["dataSourceId"] { id } else { nil }
        }
        token = answer.text("nextToken")
      } while !token.isEmpty
      #expect(ids == ids.sorted())
      #expect(Set(ids).count == ids.count)
      for name in ["dsp_impressions", "conversions", "conversions_for_audiences", "segment_metadata"] {
        #expect(ids.contains(name), "\(name)")
      }
      let all = try await client.account(.get, Self.path)
      #expect(all["dataSources"].elements.count == min(ids.count, 100))
    }
  }

  @Test(arguments: Door.allCases)
  func columnsSayTypeAndThreshold(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let source = try await client.account(.get, "\(Self.path)/dsp_impressions")["dataSource"]
      #expect(source["owner"] == .string("AMAZON"))
      #expect(source["provider"] == .string("AMAZON"))
      let columns = source["columns"].elements
      #expect(columns.count > 50)
      #expect(
        columns.first { $0["name"] == .string("impressions") }
          == .object([
            "name": .string("impressions"), "columnType": .string("METRIC"),
            "description": .string("LONG, aggregation threshold NONE"),
          ]))
      let user = columns.first { $0["name"] == .string("user_id") }
      #expect(user?["description"] == .string("STRING, aggregation threshold VERY_HIGH"))
      #expect(
        source["outputChannels"].elements.map { $0["outputAvailable"] } == [.boolean(true), .boolean(true)])
    }
  }

  @Test(arguments: Door.allCases)
  func tablesForAudiencesHaveNoOutput(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let source = try await client.account(.get, "\(Self.path)/dsp_impressions_for_audiences")["dataSource"]
      for channel in source["outputChannels"].elements {
        #expect(channel["outputAvailable"] == .boolean(false))
        #expect(channel["outputUnavailableReason"] != .null)
      }
    }
  }

  @Test(arguments: Door.allCases)
  func whatIsNotThereIsNotFound(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.account(.get, "\(Self.path)/none")
      #expect(answer.status == 404)
      #expect(answer.errorCode == "unknown_data_source")
      #expect(try await client.account(.get, "/amc/reporting/none/dataSources").status == 404)
      #expect(try await client.account(.get, "\(Self.path)?limit=101").status == 400)
    }
  }
}
