package import ZoneFile

extension HealthState {
    /// The shortest time, from the last result on, in which results can change the status.
    ///
    /// - Parameter schedule: when the thing is checked, and how many results change its status.
    package func shortestTimeToChange(_ schedule: CheckSchedule) -> Duration {
        switch status {
        case .unknown: .zero
        case .healthy: schedule.shortestTime(forResults: schedule.fails - failsInARow, isInDoubt: isInDoubt)
        case .unhealthy:
            schedule.shortestTime(forResults: neededPasses(schedule.passes) - passesInARow, isInDoubt: isInDoubt)
        }
    }
}
