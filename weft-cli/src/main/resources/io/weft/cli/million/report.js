const rows = report.rows;
const labels = rows.map(row => row.connections.toLocaleString('en'));

function drawTime(c) {
  const parts = [['kernel', 'kernelBytes'], ['server', 'serverBytes'], ['load', 'loadBytes']];
  draw('time', {
    type: 'line',
    data: { datasets: parts.map(([label, key], i) => ({
      label, data: report.readings.map(r => ({ x: r.seconds, y: Math.max(0, r[key]) / 1e9 })),
      ...line(c.series[i]), pointRadius: 0, pointHitRadius: 8 })) },
    options: { scales: { x: axis(c, 'seconds', { type: 'linear', grid: { display: false } }),
                         y: axis(c, '', { beginAtZero: true }) } },
  }, c, item => ` ${item.dataset.label} ${item.parsed.y.toFixed(2)} GB`);
}

function drawMemory(c) {
  const known = rows.filter(row => row.residentBytes !== undefined && row.heapBytes !== undefined);
  const peers = report.peers.filter(peer => peer.residentBytes !== undefined);
  if (known.length + peers.length === 0) {
    const note = document.createElement('p');
    note.textContent = 'Too few connections to tell: memory is shown from 5,000 on.';
    document.getElementById('memory').replaceWith(note);
    return;
  }
  const none = peers.map(() => null);
  const parts = [
    ['heap', known.map(row => row.heapBytes).concat(none)],
    ['other process memory',
     known.map(row => Math.max(0, row.residentBytes - row.heapBytes))
       .concat(peers.map(peer => peer.residentBytes))],
    ['kernel', known.map(row => row.kernelBytes).concat(none)],
  ];
  draw('memory', {
    type: 'bar',
    data: {
      labels: known.map(row => row.connections.toLocaleString('en'))
        .concat(peers.map(peer => `${peer.name}, ${peer.connections.toLocaleString('en')}`)),
      datasets: parts.map(([label, data], i) => ({ label, data, ...bar(c.series[i]),
        borderRadius: 3 })),
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

function drawOpened(c) {
  draw('opened', {
    type: 'bar',
    data: { labels, datasets: [{ label: 'opened/s', data: rows.map(row => row.openedPerSecond),
                                 ...bar(c.series[0]) }] },
    options: { scales: { x: byConnections(c), y: axis(c, '', { beginAtZero: true,
      ticks: { callback: whole } }) } },
  }, c, item => ` ${whole(item.parsed.y)} connections/s`, false);
}

drawAll(c => {
  drawTime(c);
  drawMemory(c);
  drawDistribution('all', c, rows.map((row, i) => ({
    label: `${labels[i]} connections`, latency: row.all.latency })));
  drawOpened(c);
});
