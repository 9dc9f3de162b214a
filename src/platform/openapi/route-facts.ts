import type { INestApplication } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { accessKey } from '../http/unguarded.decorator.js';

/** What the code says about a route besides its OpenAPI decorators. */
export interface RouteFacts {
  /** The domain, from the name of the Nest module that holds the controller: `Python portal`. */
  tag: string;
  /** `unguarded`, `public` or the least role. */
  access: string;
}

/** `AuthController`, `login` → `authLogin`: the name that generated clients give the call. */
export function operationIdOf(controllerName: string, methodName: string): string {
  const subject = controllerName.replace(/Controller$/, '');
  return subject.charAt(0).toLowerCase() + subject.slice(1) + methodName.charAt(0).toUpperCase() + methodName.slice(1);
}

/** The facts of every controller method, by operation id. */
export function collectRouteFacts(app: INestApplication): Map<string, RouteFacts> {
  const scanner = new MetadataScanner();
  const facts = new Map<string, RouteFacts>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype: controller } of module.controllers.values()) {
      if (typeof controller !== 'function') continue;
      const prototype = controller.prototype as Record<string, object>;
      for (const method of scanner.getAllMethodNames(prototype)) {
        const access = accessOf(prototype[method]) ?? accessOf(controller) ?? 'unguarded';
        facts.set(operationIdOf(controller.name, method), { tag: tagOf(module.metatype.name), access });
      }
    }
  }
  return facts;
}

const accessOf = (target: object | undefined) =>
  target === undefined ? undefined : (Reflect.getMetadata(accessKey, target) as string | undefined);

/** `PythonPortalModule` → `Python portal`. */
const tagOf = (moduleName: string) =>
  moduleName.replace(/Module$/, '').replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
