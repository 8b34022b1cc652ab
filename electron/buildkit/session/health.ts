import { create } from '@bufbuild/protobuf';
import {
  Health,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
} from '../gen/grpc/health/v1/health_pb';
import type { SessionService } from './service';
import { unary } from './unary';

/** Tells the daemon that the session lives. It asks every five seconds and ends the session after two failures. */
export const healthService: SessionService = {
  name: Health.typeName,
  methods: {
    [Health.method.check.name]: unary(Health.method.check, () =>
      create(HealthCheckResponseSchema, { status: HealthCheckResponse_ServingStatus.SERVING }),
    ),
  },
};
