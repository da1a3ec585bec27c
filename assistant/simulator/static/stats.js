// What passed over the line during the current call, readable in the console and by tests.

export const stats = {};

export function resetStats(callSid) {
  Object.assign(stats, {
    callSid,
    state: "ringing",
    framesSent: 0,
    digitsSent: 0,
    mediaReceived: 0,
    bytesReceived: 0,
    receivedRms: 0, // of the loudest message received, 0..1
    heardRms: 0, // loudest 20 ms that left the loudspeaker
    sentRms: 0, // loudest 20 ms that was sent
    marksReturned: 0,
    clears: 0,
    closeCode: null,
  });
}

resetStats(null);
stats.state = "idle";
window.simulatorStats = stats;
