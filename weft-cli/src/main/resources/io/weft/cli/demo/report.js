const stages = report.stages;
const labels = stages.map(stage => stage.connections.toLocaleString('en'));

function drawBars(c) {
  draw('throughput', {
    type: 'bar',
    data: { labels, datasets: [{ label: 'messages/s', data: stages.map(s => s.messagesPerSecond),
                                 ...bar(c.series[0]) }] },
    options: { scales: { x: byConnections(c), y: axis(c, '', { beginAtZero: true,
      ticks: { callback: whole } }) } },
  }, c, item => ` ${whole(item.parsed.y)} messages/s`, false);

  draw('cpu', {
    type: 'bar',
    data: { labels, datasets: [{ label: 'CPU', data: stages.map(s => s.cpuNanosPerMessage),
                                 ...bar(c.series[1]) }] },
    options: { scales: { x: byConnections(c), y: axis(c, '', { beginAtZero: true,
      ticks: { callback: whole } }) } },
  }, c, item => ` ${whole(item.parsed.y)} ns per message`, false);

  const events = [['polls', 'pollsPerThousand'], ['steals', 'stealsPerThousand'],
                  ['wake-ups', 'wakeUpsPerThousand'], ['EAGAINs', 'wouldBlocksPerThousand']];
  draw('events', {
    type: 'bar',
    data: { labels, datasets: events.map(([label, key], i) => ({
      label, data: stages.map(s => s[key]), ...bar(c.series[i]) })) },
    options: { scales: { x: byConnections(c), y: axis(c, '', { type: 'logarithmic', min: 0.1,
      ticks: { callback: value => isPowerOfTen(value) ? value.toLocaleString('en') : null } }) } },
  }, c, item => ` ${item.dataset.label} ${item.parsed.y.toFixed(1)}`);
}

function drawLatency(c) {
  const percentiles = [['p50', 'p50'], ['p99', 'p99'], ['p99.9', 'p999'], ['max', 'max']];
  draw('latency', {
    type: 'line',
    data: { labels, datasets: percentiles.map(([label, key], i) => ({
      label, data: stages.map(s => s.latency[key]), ...line(c.series[i]) })) },
    options: { scales: { x: { ...byConnections(c), offset: true }, y: durationAxis(c) } },
  }, c, item => ` ${item.dataset.label} ${duration(item.parsed.y)}`);

  drawDistribution('distribution', c, stages.map((s, i) => ({
    label: `${labels[i]} connection${s.connections === 1 ? '' : 's'}`, latency: s.latency })));
}

function drawMemory(c) {
  const known = stages.filter(s => s.residentBytes !== undefined && s.heapBytes !== undefined);
  if (known.length === 0) {
    const note = document.createElement('p');
    note.textContent = 'Too few connections to tell: memory is shown from 1,000 on.';
    document.getElementById('memory').replaceWith(note);
    return;
  }
  const parts = [
    ['heap', s => s.heapBytes],
    ['other process memory', s => Math.max(0, s.residentBytes - s.heapBytes)],
  ];
  if (known.every(s => s.kernelBytes !== undefined)) {
    parts.push(['kernel', s => s.kernelBytes]);
  }
  draw('memory', {
    type: 'bar',
    data: {
      labels: known.map(s => s.connections.toLocaleString('en')),
      datasets: parts.map(([label, value], i) => ({ label, data: known.map(value),
        ...bar(c.series[i]), borderRadius: 3 })),
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: axis(c, 'bytes', { stacked: true, beginAtZero: true, ticks: { callback: whole } }),
        y: axis(c, 'connections', { stacked: true, grid: { display: false } }),
      },
    },
  }, c, item => ` ${item.dataset.label} ${whole(item.parsed.x)} bytes`);
}

drawAll(c => {
  drawBars(c);
  drawLatency(c);
  drawMemory(c);
});
