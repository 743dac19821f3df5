-- Posts one command, as every client of the rows about the API does.
wrk.method = "POST"
wrk.path = "/v1/commands/reservation.create/execute"
wrk.body = os.getenv("BENCH_PAYLOAD")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
wrk.headers["x-tenant-id"] = os.getenv("BENCH_TENANT")
