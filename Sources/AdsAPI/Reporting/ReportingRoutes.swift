import CleanRoom
import Hummingbird

/// The reporting API: `/amc/reporting/{instanceId}` with its four resources, and the files that it gives addresses of.
struct ReportingRoutes: Sendable {
  let dataSources: DataSourceRoutes
  let workflows: WorkflowRoutes
  let executions: ExecutionRoutes
  let schedules: ScheduleRoutes
  let downloads: DownloadRoutes

  func add(to router: some RouterMethods<APIRequestContext>) {
    dataSources.add(to: router)
    workflows.add(to: router)
    executions.add(to: router)
    schedules.add(to: router)
    downloads.add(to: router)
  }
}
