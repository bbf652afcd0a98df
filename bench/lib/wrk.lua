-- Sends the requests in the file that REQUESTS names, byte for byte, one after another and round again. RATE is how
-- many a second; without it each connection sends its next one when its last is answered.
local ffi = require("ffi")
ffi.cdef([[
  struct imagetags_time { long seconds; long nanoseconds; };
  int clock_gettime(int clock, struct imagetags_time *time);
]])
local MONOTONIC = 1
-- How long the first request waits when they come at a rate, in milliseconds: the connections are made meanwhile.
local PAUSE = 500
local time = ffi.new("struct imagetags_time")

local requests = {}
local rate = tonumber(os.getenv("RATE"))
local threads = {}
-- Of the thread's global variables, which can be asked for at the end.
taken = 0

function setup(thread)
  table.insert(threads, thread)
end

function init()
  local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
  for request in file:read("*a"):gmatch("(.-\r\n\r\n)") do
    requests[#requests + 1] = request
  end
  file:close()
end

function request()
  taken = taken + 1
  return requests[(taken - 1) % #requests + 1]
end

if rate then
  local due = 0
  local start

  local function milliseconds()
    ffi.C.clock_gettime(MONOTONIC, time)
    return tonumber(time.seconds) * 1000 + tonumber(time.nanoseconds) / 1e6
  end

  -- How long a connection that is free waits until the next request is due.
  function delay()
    local now = milliseconds()
    start = start or now + PAUSE
    due = due + 1
    return math.max(0, math.floor(start + due * 1000 / rate - now))
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"sent":%d,"done":%d,"refused":%d,"broken":%d,"seconds":%f,"p50":%f,"p99":%f}',
    threads[1]:get("taken"), summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6 - (rate and PAUSE / 1e3 or 0), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
