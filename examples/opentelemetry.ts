/**
 * Logs and traces with OpenTelemetry: each attempt becomes a span inside the active span, and each retry a log line.
 *
 *     npm run demo -- opentelemetry
 */
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { Polytomic, type CallEvent } from "polytomic-users";
import { organizationId, run } from "./shared/program.ts";

// Your service already has a provider, with an exporter that sends the spans somewhere.
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const tracer = trace.getTracer("polytomic-users");

/** Events contain no keys and no ids, so they can be logged as they are. */
function observe(event: CallEvent): void {
  switch (event.type) {
    case "response":
    case "failure": {
      const failed = event.type === "failure" ? event.error : event.status >= 400 ? String(event.status) : undefined;
      const { method, path } = event.operation;
      const span = tracer.startSpan(`${method} ${path}`, {
        kind: SpanKind.CLIENT,
        startTime: Date.now() - event.duration,
        attributes: {
          "http.request.method": method,
          "url.template": path,
          "http.request.resend_count": event.attempt - 1,
          ...(event.status !== undefined && { "http.response.status_code": event.status }),
          ...(failed !== undefined && { "error.type": failed }),
        },
      });
      if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      return;
    }
    case "retry":
    case "version-mismatch":
      console.log(JSON.stringify({ level: "warn", trace: trace.getActiveSpan()?.spanContext().traceId, ...event }));
  }
}

await run(async () => {
  const polytomic = new Polytomic({ onEvent: observe });
  const acme = polytomic.organization(organizationId());

  await tracer.startActiveSpan("nightly sync", async (span) => {
    const users = await acme.users.list();
    await acme.users.get("00000000-0000-4000-8000-000000000000").result();
    // Nothing listens on this port: two attempts, with a retry in between.
    const nowhere = new Polytomic({ apiKey: "a-key", baseUrl: "http://127.0.0.1:2", onEvent: observe, maxRetries: 1 });
    await nowhere.users.list().result();
    span.setAttribute("users", users.length);
    span.end();
  });
});

for (const { name, attributes, parentSpanContext } of exporter.getFinishedSpans()) {
  const outcome = [attributes["http.response.status_code"], attributes["error.type"]].join(" ");
  console.log(`${parentSpanContext ? "  " : ""}${name}  ${outcome}`.trimEnd());
}
