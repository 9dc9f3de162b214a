import { Injectable, UseGuards, type CanActivate } from '@nestjs/common';
import { CatalogueKeeper } from './catalogue-keeper.js';

/** Lets requests that come before the first catalogue wait for it, all for the same load. */
@Injectable()
class CatalogueGuard implements CanActivate {
  constructor(private readonly keeper: CatalogueKeeper) {}

  /** @throws AppError `exercises.not-loaded` */
  canActivate(): boolean | Promise<boolean> {
    return this.keeper.isLoaded || this.keeper.whenLoaded().then(() => true);
  }
}

/** For routes that show nothing without the catalogue. */
export const NeedsCatalogue = () => UseGuards(CatalogueGuard);
