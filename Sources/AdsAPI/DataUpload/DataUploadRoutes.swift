import CleanRoom
import Hummingbird

/// The data upload API: `/amc/advertiserData/{instanceId}` with its four resources.
struct DataUploadRoutes: Sendable {
  let dataSets: DataSetRoutes
  let columns: DataSetColumnRoutes
  let uploads: UploadRoutes
  let userDeletions: UserDeletionRoutes

  func add(to router: some RouterMethods<APIRequestContext>) {
    dataSets.add(to: router)
    columns.add(to: router)
    uploads.add(to: router)
    userDeletions.add(to: router)
  }
}
